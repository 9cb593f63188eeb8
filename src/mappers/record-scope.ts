import type { SourceRecord } from '../core/domain/record.ts';
import { countryOf } from '../core/records/countries.ts';
import { recordCountry } from './liquid/liquid.ts';
import type { BuiltInMapping, RecordData } from './mapping.ts';
import type { Scope } from './rules.ts';

export type RecordScope = Scope & { readonly [recordCountry]: string | undefined };

interface ScopeOptions {
  readonly builtIn: BuiltInMapping | undefined;
  readonly connector: string;
  readonly account: string;
}

/**
 * What the rules read of a record. Its own country goes before the account's. An unreadable one does not count as a country: its
 * numbers are not guessed.
 */
export function scopeOf(
  { key, data }: SourceRecord<RecordData>,
  { builtIn, connector, account }: ScopeOptions,
  accountCountry: string | undefined,
): RecordScope {
  const own = builtIn?.country?.(data)?.trim() ?? '';
  const country = own === '' ? accountCountry : (countryOf(own, 'alpha2') ?? own);
  return { ...data, connector, account, key, [recordCountry]: country };
}
