import type { ZendeskUser } from '../connectors/zendesk/user.ts';
import type { AccountFacts, Json, Mapper, MapResult, SourceRecord } from '../core/contracts.ts';
import { splitEmails } from './email.ts';
import {
  type BuiltInMapping,
  compileMapping,
  hashOf,
  type MappingConfig,
  type RecordData,
  type Values,
} from './mapping.ts';
import { toE164 } from './phone.ts';
import { condition, type Scope } from './rules.ts';
import { cleanName, toTag } from './text.ts';

export interface MapperOptions {
  readonly builtIn: BuiltInMapping | undefined;
  readonly mapping: MappingConfig;
  /** A Liquid condition; records for which it is false are skipped. */
  readonly filter: string | undefined;
  readonly connector: string;
  readonly account: string;
  readonly facts: AccountFacts;
  readonly invalidEmail: 'reject' | 'drop';
}

export interface ZendeskMapper {
  readonly map: Mapper<RecordData, ZendeskUser>;
  /** Name and address as the mapping finds them, before they are checked: empty, or several, or no address at all. */
  found(record: SourceRecord<RecordData>): { readonly name: string; readonly email: string };
  /** Paths and look-ups that hit nothing in all the records mapped so far. */
  misses(): readonly string[];
  /** Flat names of the fields it sets, sorted. */
  readonly fields: readonly string[];
  /** Changes whenever the same record might map to something else. */
  readonly fingerprint: string;
}

const textTargets = ['alias', 'details', 'notes', 'time_zone', 'locale'] as const;

/** Puts the built-in mapping and the configured one together: configured keys take the place of the built-in's. */
export function createMapper(options: MapperOptions): ZendeskMapper {
  const { builtIn, mapping, filter, connector, account, facts } = options;
  const rules = compileMapping(mapping);
  const passes = filter === undefined ? undefined : condition(filter);
  const unhit = new Set(rules.filter(({ rule }) => rule.mayMiss));
  let mapped = 0;

  function map(record: SourceRecord<RecordData>): MapResult<ZendeskUser> {
    const skip = builtIn?.skip(record.data);
    if (skip) return { kind: 'skip', ...skip };
    const scope: Scope = { ...record.data, connector, account, key: record.key };
    if (passes && !passes.holds(scope))
      return { kind: 'skip', reason: 'filter', message: 'The filter of the configuration left it out.' };
    mapped += 1;
    return toPayload(record, valuesOf(record, scope));
  }

  function valuesOf(record: SourceRecord<RecordData>, scope: Scope): Values {
    const values: Record<string, Json | readonly string[] | undefined> = { ...builtIn?.map(record.data) };
    if (mapping.tags) values.tags = undefined;
    for (const named of rules) {
      const value = named.rule.value(scope);
      if (value !== undefined) unhit.delete(named);
      if (named.target === 'tags') values.tags = [...textsOf(values.tags), ...textsOf(value)];
      else values[named.target] = value;
    }
    return values;
  }

  function toPayload(record: SourceRecord<RecordData>, values: Values): MapResult<ZendeskUser> {
    const name = cleanName(textOf(values.name));
    if (name === undefined) return { kind: 'skip', reason: 'no-name', message: 'The customer has no name.' };
    const { valid, isEmpty } = splitEmails(textOf(values.email) ?? '');
    if (!isEmpty && valid[0] === undefined && options.invalidEmail === 'reject') {
      const message =
        'The e-mail address is not valid. Correct it at the source, or set policies.invalidEmail: drop to sync without it.';
      return { kind: 'reject', code: 'invalid-email', message };
    }
    const phone = toE164(textOf(values.phone) ?? '', facts.country);
    const externalId = textOf(values.external_id) ?? `${connector}:${account}:${record.key}`;
    const organization = values.organization_id;
    const custom = Object.entries(values).flatMap(([target, value]) =>
      target.startsWith('user_fields.') && isPresent(value)
        ? [[target.slice('user_fields.'.length), typeof value === 'string' ? value.toWellFormed() : value]]
        : [],
    );
    return {
      kind: 'payload',
      payload: {
        external_id: externalId.toWellFormed().toLowerCase(),
        name,
        ...(valid[0] !== undefined && { email: valid[0] }),
        ...(phone !== undefined && { phone }),
        ...texts(values),
        ...(typeof organization === 'number' && { organization_id: organization }),
        ...('tags' in values && {
          tags: [...new Set(textsOf(values.tags).map(toTag))].filter((tag) => tag !== '').sort(),
        }),
        ...(custom.length > 0 && { user_fields: Object.fromEntries(custom) }),
        skip_verify_email: mapping.skip_verify_email ?? true,
        ...(mapping.verified !== undefined && { verified: mapping.verified }),
      },
    };
  }

  function found(record: SourceRecord<RecordData>): { readonly name: string; readonly email: string } {
    const { name, email } = valuesOf(record, { ...record.data, connector, account, key: record.key });
    return { name: cleanName(textOf(name)) ?? '', email: textOf(email) ?? '' };
  }

  return {
    map,
    found,
    misses: () =>
      mapped === 0
        ? []
        : [...unhit].map(
            ({ target, rule }) =>
              `mapping.${target}: ${rule.paths.map((path) => path.join('.')).join(', ')} was empty in all ${mapped} customers.`,
          ),
    fields: [...new Set(['external_id', ...(builtIn?.fields ?? []), ...rules.map(({ target }) => target)])].sort(),
    fingerprint: hashOf([builtIn?.version, mapping, filter, connector, account, facts, options.invalidEmail]),
  };
}

function texts(values: Values): Partial<Record<(typeof textTargets)[number], string>> {
  return Object.fromEntries(
    textTargets.flatMap((target) => (textOf(values[target]) === undefined ? [] : [[target, textOf(values[target])]])),
  );
}

/**
 * Zendesk wants text here; numbers and truths are written out. Empty is absent. Half a surrogate pair is no text: its row
 * would spoil the whole batch.
 */
function textOf(value: Values[string]): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim().toWellFormed() : undefined;
}

function textsOf(value: Values[string]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => textOf(item) ?? []);
  const text = textOf(value);
  return text === undefined ? [] : [text];
}

function isPresent(value: Values[string]): boolean {
  return value !== undefined && value !== null && value !== '';
}
