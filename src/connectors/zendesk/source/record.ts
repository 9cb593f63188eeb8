import { z } from 'zod';
import { defined } from '../../../core/defined.ts';
import type { SourceRecord } from '../../../core/domain/record.ts';
import { createTolerantReader } from '../../../core/records/tolerant-reader.ts';
import { type Identity, knownRoles, type OrganizationRow, type UserRow } from '../api/api-schemas.ts';

const text = z.string().nullish();
const texts = z.array(z.string()).nullish();
const values = z.record(z.string(), z.json()).nullish();

const organization = z.object({
  id: z.number(),
  name: text,
  external_id: text,
  details: text,
  notes: text,
  domain_names: texts,
  tags: texts,
  organization_fields: values,
});

const identity = z.object({
  type: z.string(),
  value: z.string(),
  primary: z.boolean().nullish(),
  verified: z.boolean().nullish(),
});

/** A user as the API shows it, with what belongs to it and has endpoints of its own. */
export const zendeskRecordSchema = z.object({
  id: z.number(),
  name: text,
  email: text,
  external_id: text,
  role: text,
  phone: text,
  alias: text,
  details: text,
  notes: text,
  time_zone: text,
  iana_time_zone: text,
  locale: text,
  suspended: z.boolean().nullish(),
  verified: z.boolean().nullish(),
  created_at: text,
  updated_at: text,
  last_login_at: text,
  photo: z.object({ content_url: text }).nullish(),
  organization_id: z.number().nullish(),
  /** Without those that custom fields have put there: they go with the field. */
  tags: texts,
  /** Without lookup fields: their values are ids of this account. */
  user_fields: values,
  /** The default one first. There only where a mapping reads it. */
  organizations: z.array(organization).optional(),
  /** In the order in which they were added. There only where a mapping reads it. */
  identities: z.array(identity).optional(),
});
export type ZendeskRecord = z.infer<typeof zendeskRecordSchema>;

/** What is known about a user in addition to its own fields. */
export interface RelatedReader {
  readonly organizations?: readonly OrganizationRow[] | undefined;
  readonly identities?: readonly Identity[] | undefined;
}

/** What the account's custom fields make of a user: tags that are theirs, and keys that mean nothing elsewhere. */
export interface FieldUsage {
  readonly tags: ReadonlySet<string>;
  readonly left: ReadonlySet<string>;
}

/** One odd field of one user is the matter of its record. */
export function createUserReader() {
  return createTolerantReader({
    // Somebody who may be staff, or deleted, is not a customer.
    schema: zendeskRecordSchema.extend({
      role: z.enum(knownRoles),
      active: z.literal(true).nullish(),
    }),
    required: ['id', 'role', 'active'],
    system: 'Zendesk',
    entity: 'User',
    keyOf: (row) => {
      const id: unknown = Reflect.get(Object(row), 'id');
      return typeof id === 'number' ? String(id) : undefined;
    },
  });
}

/** Undefined for a user that can't be read: its reader reports it. */
export function toRecord(
  user: UserRow,
  related: RelatedReader,
  { traces, reader }: { readonly traces: FieldUsage; readonly reader: ReturnType<typeof createUserReader> },
): SourceRecord<ZendeskRecord> | undefined {
  const key = String(user.id);
  // Its name, address and identities are gone with it.
  if (user.active === false) return { key, data: { id: user.id }, state: 'deleted' };
  const updated = Date.parse(user.updated_at ?? '');
  const own = Object.entries(user.user_fields ?? {}).filter(([name]) => /^\w+$/.test(name) && !traces.left.has(name));
  const identities = related.identities && [...related.identities].sort((a, b) => a.id - b.id);
  const row = {
    ...user,
    ...Object(user.raw),
    ...(user.tags && { tags: user.tags.filter((tag) => !traces.tags.has(tag)) }),
    ...(user.user_fields && { user_fields: Object.fromEntries(own) }),
    ...defined({ organizations: related.organizations, identities }),
  };
  const [data] = reader.read([row]);
  return data && { key, data, state: 'active', ...(!Number.isNaN(updated) && { updatedAt: new Date(updated) }) };
}
