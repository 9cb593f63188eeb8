import { z } from 'zod';
import type { ZendeskRecord } from '../connectors/zendesk/source/record.ts';
import type { BuiltInMapping, Values } from './mapping.ts';

/** Raised when the table below gives other values for the same user: everything is then read again. */
const version = 2;

/** Fields that are read under the name under which they are written. */
const ownFields = [
  ...['name', 'email', 'phone', 'alias', 'details', 'notes', 'time_zone', 'locale', 'suspended', 'tags'],
  'user_fields',
];

const settings = z.object({ keepExternalIds: z.boolean().default(false) });

/** How a user of one Zendesk account becomes a user of another when the configuration says nothing else. */
export function zendeskMapping(source: unknown): BuiltInMapping {
  const { keepExternalIds } = settings.parse(source);
  return {
    version: [version, keepExternalIds],
    skip: () => undefined,
    // Registered for this connector, whose records are these.
    map: (data) => values(data as ZendeskRecord, keepExternalIds),
    fields: [
      'alias',
      'details',
      'email',
      'emails',
      'locale',
      'name',
      'notes',
      'phone',
      'phones',
      'suspended',
      'tags',
      'time_zone',
      'user_fields.*',
    ],
    keepsUnparsedPhones: true,
    reads: {
      ...Object.fromEntries(ownFields.map((field) => [field, [field]])),
      emails: ['identities'],
      phones: ['identities'],
      organizations: ['organizations'],
    },
    organizations: {
      enabledByDefault: true,
      of: (data, { connector, account }) =>
        // As above.
        ((data as ZendeskRecord).organizations ?? []).map((organization) => ({
          name: organization.name ?? null,
          external_id:
            (keepExternalIds && organization.external_id) || `${connector}:${account}:organization:${organization.id}`,
          details: organization.details ?? null,
          notes: organization.notes ?? null,
          domain_names: organization.domain_names ?? [],
          tags: organization.tags ?? [],
          organization_fields: organization.organization_fields ?? {},
        })),
    },
  };
}

function values(user: ZendeskRecord, keepExternalIds: boolean): Values {
  const custom = Object.entries(user.user_fields ?? {}).map(([key, value]) => [`user_fields.${key}`, value]);
  return {
    name: user.name ?? undefined,
    email: user.email ?? undefined,
    emails: further(user, 'email'),
    phone: user.phone ?? undefined,
    phones: further(user, 'phone_number'),
    alias: user.alias ?? undefined,
    details: user.details ?? undefined,
    notes: user.notes ?? undefined,
    time_zone: user.time_zone ?? undefined,
    locale: user.locale ?? undefined,
    // Only a yes: one who is suspended on the other side alone stays so.
    suspended: user.suspended === true ? true : undefined,
    external_id: (keepExternalIds && user.external_id) || undefined,
    tags: user.tags ?? [],
    ...Object.fromEntries(custom),
  };
}

/** Addresses that are not the primary one, or phone numbers. Those that are the user's own are left out further on. */
function further({ identities = [] }: ZendeskRecord, wanted: 'email' | 'phone_number'): readonly string[] {
  return identities.flatMap(({ type, value, primary }) =>
    type === wanted && (wanted === 'phone_number' || primary !== true) ? [value] : [],
  );
}
