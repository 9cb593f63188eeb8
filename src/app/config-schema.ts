import { z } from 'zod';
import { destinations, sources } from '../connectors/registry.ts';
import { declaredFieldsSchema } from '../connectors/zendesk/fields/declared.ts';
import { alertsSchema } from '../core/alerts/config.ts';
import type { SourceConnector } from '../core/connector.ts';
import { mappingSchema } from '../mappers/mapping.ts';
import { organizationsSchema } from '../mappers/organizations.ts';
import { consoleSchema } from './console/config.ts';
import { stateProblem } from './state/location.ts';

const policies = z.strictObject({
  inactive: z
    .enum(['tag', 'suspend', 'delete', 'ignore'])
    .default('tag')
    .describe('What happens to the user of an inactive customer'),
  sharedEmail: z
    .enum(['first', 'none', 'merge'])
    .default('first')
    .describe(
      'Several customers have one address: the first one gets it; the others are skipped, created without it, or merged into one user with it',
    ),
  duplicateKeys: z
    .enum(['reject', 'last'])
    .default('reject')
    .describe('Records with different data have one key: reject all of them, or use the last one'),
  invalidEmail: z
    .enum(['reject', 'drop'])
    .default('reject')
    .describe("A customer's address is not valid: reject the customer, or sync it without the address"),
  conflict: z
    .enum(['reject', 'takeover'])
    .default('reject')
    .describe('A user with the address and the external_id of another system'),
  oldEmail: z
    .enum(['remove', 'keep'])
    .default('remove')
    .describe('What happens to the address that Rolodesk wrote before, when it changes'),
  deletedInZendesk: z
    .enum(['skip', 'recreate'])
    .default('skip')
    .describe('A customer whose user was deleted in Zendesk'),
  staff: z
    .enum(['skip', 'reject'])
    .default('skip')
    .describe('A customer is an agent or admin in Zendesk: skip or reject it. Rolodesk never writes staff'),
  ownership: z
    .record(z.string(), z.enum(['always', 'if_empty', 'create_only']))
    .default({})
    .describe(
      'Field, such as phone or user_fields.member_level → when it is written to a user that exists: always (default), only if it is empty in Zendesk, or never after the user was created',
    ),
  maxDeactivations: z
    .union([z.int().min(0), z.string().regex(/^\d+(\.\d+)?%$/, 'expected a count or a share such as 5%')])
    .default('5%')
    .describe(
      'More deactivations than this wait for approval: a count, or a share of the active users (5 are always allowed)',
    ),
});

const schedule = z.strictObject({
  cron: z.string().min(1).describe('Minute, hour, day of month, month, day of week'),
  timeZone: z.string().min(1).default('UTC').describe('IANA name of the time zone that the expression is in'),
  jitter: z
    .int()
    .min(0)
    .default(0)
    .describe('Seconds by which a run may begin later, so that not all pipelines begin at once'),
});

const name = z.string().min(1).optional().describe('Name of the pipeline. Default: source-destination');

const shared = {
  filter: z.string().min(1).optional().describe('A Liquid condition; customers for which it is false are skipped'),
  destination: destinations.zendesk.config,
  mapping: mappingSchema.default({}).describe('Target field → where it comes from'),
  organizations: organizationsSchema
    .optional()
    .describe(
      "Organizations of a customer's user, the default one first: a rule, several rules, or true for the connector's own. Rolodesk creates those that Zendesk lacks",
    ),
  fields: declaredFieldsSchema
    .default({})
    .describe('Custom fields of users; rolodesk fields apply creates those that Zendesk lacks'),
  organizationFields: declaredFieldsSchema.default({}).describe('The same for custom fields of organizations'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'expected two capital letters, such as US (ISO 3166-1)')
    .optional()
    .describe("Default country of phone numbers, instead of the source's own"),
  policies: policies.prefault({}),
  identity: z
    .strictObject({
      field: z
        .string()
        .regex(/^(?!\d+$)\w+$/, 'expected the key of a user field: letters, digits and underscores, not digits alone')
        .describe('Key of a custom user field of type text'),
    })
    .optional()
    .describe(
      'Stores our id of a user in a custom field instead of external_id, which then stays as others set it: see docs/identity.md',
    ),
  alerts: alertsSchema.optional().describe('Who is notified when something goes wrong, and about what'),
  state: z
    .string()
    .min(1)
    .superRefine((given, { addIssue }) => {
      const problem = stateProblem(given);
      if (problem !== undefined) addIssue(problem);
    })
    .optional()
    .describe(
      'Path of the state file, relative to this file, or a PostgreSQL database that several machines share: postgres://user:password@host:5432/database. Default: the variable ROLODESK_STATE, else .rolodesk/state.db',
    ),
  schedule: z
    .union([z.string().min(1), schedule])
    .optional()
    .describe(
      'When rolodesk serve runs it: a cron expression such as */15 * * * * (UTC), or { cron, timeZone, jitter }',
    ),
  console: consoleSchema
    .optional()
    .describe(
      'The web console of rolodesk serve and worker: true for browsers on this machine, or who else may come in. Of several configurations in a folder, that of the first one counts',
    ),
  retention: z.int().min(1).default(90).describe('Days for which Rolodesk keeps the records of runs'),
};

/**
 * The schema of rolodesk.yaml, for a source of this connector. Every key is declared here, in the connector's
 * config.ts, in src/mappers or in src/core/alerts; after a change run `npm run schema` and `npm run docs`.
 */
export function configSchema(source: Pick<SourceConnector, 'schema'>, named: string) {
  const known = schemas.get(source) ?? new Map<string, ReturnType<typeof createSchema>>();
  schemas.set(source, known);
  const schema = known.get(named) ?? createSchema(source, named);
  known.set(named, schema);
  return schema;
}

/** Making one takes as long as all else in reading a configuration, and a service reads thousands. */
const schemas = new WeakMap<Pick<SourceConnector, 'schema'>, Map<string, ReturnType<typeof createSchema>>>();

function createSchema(source: Pick<SourceConnector, 'schema'>, named: string) {
  return z.strictObject({ name, source: source.schema(named), ...shared });
}

/** The schema that applies to every connector. The connector checks the rest of `source` itself. */
export type Config = z.output<ReturnType<typeof configSchema>>;

/** For editors: every connector that ships with Rolodesk, and others by path or package. */
export function wholeConfigSchema() {
  const others = z.looseObject({
    connector: z
      .string()
      .regex(/^(\.|\/|(@[^/]+\/)?rolodesk-connector-)/)
      .describe('A connector by path or package'),
  });
  const known = sources.map((source) => source.schema(source.name).describe(source.title));
  return z.strictObject({ name, source: z.union([...known, others]), ...shared });
}

export function maxDeactivations(
  setting: Config['policies']['maxDeactivations'],
): { readonly share: number } | { readonly count: number } {
  return typeof setting === 'number' ? { count: setting } : { share: Number.parseFloat(setting) / 100 };
}
