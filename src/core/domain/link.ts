import type { Fields } from './json.ts';

/** Key ↔ external id ↔ the destination's id, with what we last sent and what the destination made of it. */
export interface Link {
  readonly key: string;
  readonly externalId: string;
  readonly destinationId: string;
  readonly origin: 'created' | 'adopted' | 'matched' | 'linked';
  readonly sent: Fields;
  /** Unknown until the destination has shown the user at or after `writtenAt`. */
  readonly stored?: Fields;
  /** Destination's time of our last write. */
  readonly writtenAt: number;
  /** How we deactivated the user, if we did. */
  readonly deactivated?: string;
}

/** Who may use an address. One key holds it until its own address changes. */
export interface Claim {
  readonly email: string;
  readonly key: string;
}
