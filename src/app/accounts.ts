import { destinations } from '../connectors/registry.ts';
import type { Settings } from './settings.ts';

/** An account that a pipeline reads or writes. */
export interface Side {
  /** What people call it, such as `acme-old.zendesk.com` or `customers.xlsx`. */
  readonly label: string;
  /** Scheme, host and port; of files, their path. */
  readonly origin: string;
}

export interface Sides {
  readonly source: Side;
  readonly destination: Side;
}

/** The addresses at which a person can look at a customer and at its user. Undefined if they are not known. */
export interface RecordUrls {
  readonly customer: string | undefined;
  readonly user: string | undefined;
}

export function sidesOf({ source, config }: Pick<Settings, 'source' | 'config'>): Sides {
  const origin = destinations.zendesk.origin(config.destination);
  return {
    source: { label: source.accountLabel, origin: source.origin },
    destination: { label: new URL(origin).host, origin },
  };
}

export function urlsOf(
  { source, config }: Pick<Settings, 'source' | 'config'>,
  { key, destinationId }: { readonly key: string; readonly destinationId?: string | undefined },
): RecordUrls {
  return {
    customer: source.recordUrl(key),
    user: destinationId === undefined ? undefined : destinations.zendesk.userUrl(config.destination, destinationId),
  };
}
