import { destinations } from '../connectors/registry.ts';
import type { Settings } from './settings.ts';

/** What a pipeline reads or writes: a company at QuickBooks, an account at Zendesk, a file. */
export interface Account {
  /** What people call it, such as `acme-old.zendesk.com` or `customers.xlsx`. */
  readonly label: string;
  /** Scheme, host and port; of files, their path. */
  readonly origin: string;
}

export interface Accounts {
  readonly source: Account;
  readonly destination: Account;
}

/** The addresses at which a person can look at a customer and at its user. Undefined if they are not known. */
export interface RecordUrls {
  readonly customer: string | undefined;
  readonly user: string | undefined;
}

export function accountsOf({ source, config }: Pick<Settings, 'source' | 'config'>): Accounts {
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
