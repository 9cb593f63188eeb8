import { z } from 'zod';
import type { Json } from '../core/domain/json.ts';
import type { MapResult } from '../core/domain/mapper.ts';
import type { SourceRecord } from '../core/domain/record.ts';
import {
  type BuiltInMapping,
  configuredRules,
  type MappingConfig,
  mappingSchema,
  type RecordData,
  type Values,
} from './mapping.ts';
import type { OrganizationsConfig } from './organizations.ts';

/** A user as code writes it: fields by the names of `mapping:`, with their values. Absent, null and empty count as nothing. */
export type MappedUser = { readonly [field: string]: Json | undefined } & {
  readonly tags?: readonly string[];
  readonly user_fields?: Readonly<Record<string, Json>>;
};

/**
 * Maps one record in code. Synchronous and pure: the same record must always come to the same user. `mapped` is what the
 * mapping of the configuration makes of it. What comes back is the whole user: `{ ...mapped, notes: '…' }` keeps the rest.
 */
export type MapperFunction = (
  record: SourceRecord<RecordData>,
  mapped: MappedUser,
) => MappedUser | { readonly skip: string };

/** The function of a configuration, with what goes into the fingerprint and into messages. */
export interface ConfiguredFunction {
  readonly map: MapperFunction;
  /** File that it stands in. */
  readonly place: string;
  /** The file's content: when it changes, every record is mapped again. */
  readonly content: string;
}

const flags = new Set(['skip_verify_email', 'verified', 'role']);
/** Every field that a mapping may set, custom ones apart. */
export const plainTargets = [
  ...Object.keys(mappingSchema.shape).filter((key) => key !== 'user_fields' && !flags.has(key)),
  'organizations',
];

const prefix = 'user_fields.';
const value = z.json().nullish();
const mappedUser = z.strictObject({
  ...Object.fromEntries(plainTargets.map((target) => [target, value])),
  tags: z.array(z.string()).nullish(),
  user_fields: z.record(z.string().regex(/^\w+$/), value).nullish(),
});
const skipped = z.strictObject({ skip: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/) });

/** Flat names of the fields that may be set, sorted. Of code nobody can say which it sets: all of them, `user_fields.*` included. */
export function fieldsOf({
  builtIn,
  mapping,
  organizations = builtIn?.organizations?.enabledByDefault ?? false,
  custom,
}: {
  readonly builtIn: BuiltInMapping | undefined;
  readonly mapping: MappingConfig;
  readonly organizations: OrganizationsConfig | undefined;
  readonly custom: ConfiguredFunction | undefined;
}): readonly string[] {
  const configured = [...configuredRules(mapping)].map(({ target }) => target);
  if (mapping.role !== undefined) configured.push('role');
  if (organizations !== false) configured.push('organizations');
  const any = custom ? [...plainTargets, `${prefix}*`] : [];
  return [...new Set(['external_id', ...(builtIn?.fields ?? []), ...configured, ...any])].sort();
}

/** Calls the function and holds what it returns against what a user may have. Its failing is the record's affair. */
export function callMapper(
  { map, place }: ConfiguredFunction,
  record: SourceRecord<RecordData>,
  values: Values,
): { readonly values: Values } | Extract<MapResult<never>, { readonly kind: 'skip' | 'reject' }> {
  let returned: unknown;
  try {
    // A copy: a record may wait in the state, and must stay what its source gave.
    returned = map({ ...record, data: structuredClone(record.data) }, nested(values));
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    return failed(`mapper (${place}): the function threw ${name}.`, error instanceof Error ? error.message : '');
  }
  if (returned instanceof Promise) {
    returned.catch(() => undefined);
    return failed(`mapper (${place}): the function returned a promise. It must not be async.`, '');
  }
  const skip = skipped.safeParse(returned);
  if (skip.success) return { kind: 'skip', reason: skip.data.skip, message: 'The mapper function left it out.' };
  const user = mappedUser.safeParse(returned);
  if (user.success) return { values: flat(user.data) };
  const [issue] = user.error.issues;
  const field = plainTargets.find((target) => target === issue?.path[0]) ?? 'user_fields, or a key that is not a field';
  const hint = returned === undefined ? 'it returned nothing' : `look at ${field}`;
  const text = `mapper (${place}): what the function returned is neither a user nor { skip: "reason" }: ${hint}.`;
  return failed(text, z.prettifyError(user.error).replaceAll('\n', ' '));
}

function nested(values: Values): MappedUser {
  const plain: Record<string, Json> = {};
  const custom: Record<string, Json> = {};
  for (const [target, found] of Object.entries(values)) {
    if (found === undefined) continue;
    if (target.startsWith(prefix)) custom[target.slice(prefix.length)] = found;
    else plain[target] = found;
  }
  const { tags, ...others } = plain;
  return {
    ...others,
    ...(Array.isArray(tags) && { tags: tags.filter((tag): tag is string => typeof tag === 'string') }),
    ...(Object.keys(custom).length > 0 && { user_fields: custom }),
  };
}

function flat({ user_fields, ...plain }: z.infer<typeof mappedUser>): Values {
  const custom = Object.entries(user_fields ?? {}).map(([key, found]) => [prefix + key, found ?? undefined]);
  const present = Object.entries(plain).filter(([, found]) => found !== undefined && found !== null);
  return { ...Object.fromEntries(present), ...Object.fromEntries(custom) };
}

function failed(message: string, detail: string): Extract<MapResult<never>, { readonly kind: 'reject' }> {
  return { kind: 'reject', code: 'mapper-failed', message, ...(detail !== '' && { detail }) };
}
