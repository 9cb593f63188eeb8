import type { Clock } from '../core/clock.ts';

/** What a twin is made for: so many pages, the last one not full, at this time. */
export interface TwinOptions {
  readonly pages: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Where an API is served. 0 or none picks a free one. */
  readonly port?: number;
}

/** What the other system holds after something was done to it: this record, in whose data this text can be found. */
export interface Mark {
  readonly key: string;
  readonly text: string;
}

/**
 * Plays the system that a source reads: a served API, a folder of files, a database. What it can't do it leaves out; the
 * checks that need it then want a reason.
 */
export interface SourceTwin {
  /** Origin of the API that it serves. The suite puts itself between it and the source, to make faults. */
  readonly url?: string;
  /** Keys of all records that it has now, in the order in which a full read shows them. */
  keys(): readonly string[];
  /** Changes a record at the present time of the twin's clock. */
  change(key: string): Mark | Promise<Mark>;
  add(): Mark | Promise<Mark>;
  /** What was changed shows after this long: for APIs whose export leaves out the last moments. Default: at once. */
  readonly lagMs?: number;
  /** Takes a record away for good. */
  remove?(key: string): void | Promise<void>;
  /** From now on the access tokens that were given are refused. */
  expireTokens?(): void;
  /** Access tokens given so far. */
  tokensGiven?(): number;
  /** Ways to damage what it holds, by name: a read must then fail. For twins without an API. */
  readonly damages?: Readonly<Record<string, () => void | Promise<void>>>;
  close?(): void | Promise<void>;
}
