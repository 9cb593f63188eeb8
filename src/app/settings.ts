import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { findConnector } from '../connectors/find-connector.ts';
import { destinations, sources } from '../connectors/registry.ts';
import { isRelated } from '../connectors/zendesk/related/related.ts';
import { closestMatch } from '../core/config/closest-match.ts';
import type { Problem } from '../core/config/config-file.ts';
import { withEnvFile } from '../core/config/env-file.ts';
import { findConfigFile, type Loaded, loadConfig } from '../core/config/load.ts';
import { collectSecrets } from '../core/config/schema-tools.ts';
import type { ConfiguredSource, SourceConnector } from '../core/connector.ts';
import { ConfigError } from '../core/domain/errors.ts';
import { problemOfSchedule } from '../core/service/schedule.ts';
import { type ConfiguredFunction, fieldsOf, type MapperFunction } from '../mappers/mapper-function.ts';
import {
  type BuiltInMapping,
  isKnownPath,
  type MappingConfig,
  mappingSchema,
  unknownPath,
  validateMapping,
} from '../mappers/mapping.ts';
import { builtIns } from '../mappers/registry.ts';
import { condition } from '../mappers/rules.ts';
import { type Config, configSchema } from './config-schema.ts';
import { connectionIn, findRow } from './connections/rows/find-row.ts';
import type { ConfigSource, Host } from './host.ts';
import { type StateLocation, secretsOfState, stateFromEnvironment, stateLocationOf } from './state/location.ts';

/** A configuration that was read and is valid. */
export interface Settings {
  /** The path of the file, or a name for messages if there is no file. */
  readonly path: string;
  /** The folder that relative paths in it start from. */
  readonly folder: string;
  readonly config: Config;
  readonly connector: SourceConnector;
  readonly source: ConfiguredSource;
  /** The connector's own mapping, with the configured keys in place of its keys. */
  readonly mapping: MappingConfig;
  readonly state: StateLocation;
  readonly name: string;
  /** The process's, and what a `.env` next to the configuration adds. */
  readonly env: Host['env'];
  /** Warnings about that file. */
  readonly warning: string | undefined;
  /** Of a configuration in code. */
  readonly custom: ConfiguredFunction | undefined;
  readonly refuse: Loaded<Config>['refuse'];
  readonly placeOf: Loaded<Config>['placeOf'];
}

/** A connection that stands as a row: its configuration is a template, filled in from the row. */
export interface RowOfTemplate {
  /** The name of the connection, and of its pipeline. */
  readonly name: string;
  /** What stands for the template's variables before the environment does. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Finds and reads the configuration, and passes its secrets to the redactor. Throws ConfigError with every problem at
 * once.
 */
export async function readSettings(options: ReadOptions): Promise<Settings> {
  const { asked, host } = options;
  const name = typeof asked === 'string' ? connectionIn(asked) : undefined;
  if (name === undefined) return await readGiven(options);
  const { path, text, values } = await findRow(name, host);
  return await readGiven({ asked: path, text, row: { name, values }, host });
}

interface ReadOptions {
  /** A file, a configuration, or `connection:NAME` for one that stands as a row. */
  readonly asked: ConfigSource;
  /** The content of the file, where the caller has read it (or has what was good before). */
  readonly text?: string;
  readonly row?: RowOfTemplate | undefined;
  /** `states`: for connections that stand as rows. */
  readonly host: Pick<Host, 'env' | 'cwd' | 'redactor'> & Partial<Pick<Host, 'states'>>;
}

async function readGiven({ asked, text, row, host: { env: given, cwd, redactor } }: ReadOptions): Promise<Settings> {
  const isObject = typeof asked === 'object';
  const folders = given.INIT_CWD === undefined ? [cwd] : [given.INIT_CWD, cwd];
  const path = isObject
    ? 'The configuration'
    : text !== undefined && asked
      ? asked
      : findConfigFile({ asked, folders });
  const folder = isObject ? cwd : dirname(path);
  const { env: found, warning } = withEnvFile(folder, given);
  const env = row ? withRow(found, row) : found;
  const connectors: SourceConnector[] = [];
  const loaded = await loadConfig<Config>({
    path,
    ...(isObject && { given: asked }),
    text,
    env,
    functionKeys: ['mapper'],
    async schemaFor(value) {
      const named = connectorNamed.safeParse(value).data?.source.connector;
      const connector = named === undefined ? undefined : await findConnector(named, folder);
      if (named === undefined || !connector) return unknownConnector(named);
      connectors.push(connector);
      const schema = configSchema(connector, named);
      for (const secret of collectSecrets(schema, value)) redactor.add(secret);
      for (const secret of secretsOfState(stateOf.safeParse(value).data?.state)) redactor.add(secret);
      return schema;
    },
  });
  const { value: config, refuse, placeOf } = loaded;
  const custom = functionOf(loaded);
  const [connector] = connectors;
  if (!connector) throw new ConfigError(`${path} names no connector.`);
  const mapping = { ...mappingSchema.parse(connector.mapping ?? {}), ...config.mapping };
  const builtIn = builtIns.get(connector.name)?.(config.source);
  const { organizations, state = stateFromEnvironment(env) } = config;
  for (const secret of secretsOfState(state)) redactor.add(secret);
  const source = connector.configure(config.source);
  refuse([
    ...validateDistinctAccounts(source, config),
    ...validateSchedule(config),
    ...validateMapping(config, connector.record, source.whyNotRead),
    ...(custom ? [] : validateName(connector, mapping)),
    ...validateFilter(config.filter, connector.record, source.whyNotRead),
    ...validateOrganizations(config, builtIn),
    ...validateIdentity(config, fieldsOf({ builtIn, mapping, organizations, custom })),
    ...validateOwnership(config, fieldsOf({ builtIn, mapping, organizations, custom })),
  ]);
  return {
    path,
    folder,
    config,
    connector,
    mapping,
    source,
    env,
    warning,
    name: row?.name ?? config.name ?? `${connector.name}-${config.destination.connector}`,
    state: stateLocationOf(state, folder),
    custom,
    refuse,
    placeOf,
  };
}

function withRow(env: Host['env'], { name, values }: RowOfTemplate): Host['env'] {
  const files = Object.keys(values).map((variable) => [`${variable}_FILE`, undefined]);
  return { ...env, ...Object.fromEntries(files), ...values, name };
}

function functionOf({ path, functions: { mapper }, content }: Loaded<Config>): ConfiguredFunction | undefined {
  if (mapper === undefined) return undefined;
  if (typeof mapper !== 'function' || mapper.constructor.name !== 'Function')
    throw new ConfigError(`${path}: mapper is not a plain function. It must not be async.`, { code: 'config-invalid' });
  // What it returns is checked on every call.
  return { map: mapper as MapperFunction, place: basename(path), content };
}

const customPrefix = 'user_fields.';
const stateOf = z.looseObject({ state: z.string() });
const connectorNamed = z.looseObject({ source: z.looseObject({ connector: z.string() }) });

function unknownConnector(named: string | undefined): Problem {
  const known = sources.map(({ name }) => name);
  const path = ['source', 'connector'];
  if (named === undefined) return { path, message: `missing: expected one of ${known.join(', ')}` };
  const near = closestMatch(named, known);
  const advice = near === undefined ? `known: ${known.join(', ')}` : `did you mean "${near}"?`;
  return { path, message: `there is no connector "${named}"; ${advice} (or ./file.ts, or rolodesk-connector-…)` };
}

/** Source and destination must differ: a run that read what it writes would create a second user for everybody. */
function validateDistinctAccounts({ origin }: ConfiguredSource, { destination }: Config): Problem[] {
  if (origin !== destinations.zendesk.origin(destination)) return [];
  return [{ path: ['source'], message: 'the same account as destination: expected another one' }];
}

function validateSchedule({ schedule }: Config): Problem[] {
  const problem = schedule === undefined ? undefined : problemOfSchedule(schedule);
  return problem ? [problem] : [];
}

/** Every user needs a name. If the connector has no mapping of its own, the configuration must map it. */
function validateName({ name }: SourceConnector, mapping: MappingConfig): Problem[] {
  if (mapping.name !== undefined || builtIns.has(name)) return [];
  const message = `missing: the connector ${name} has no mapping of its own, so say where the user's name comes from`;
  return [{ path: ['mapping', 'name'], message }];
}

/** A user's default organization is one of its organizations, so two keys cannot both set it. */
function validateOrganizations(
  { organizations, mapping }: Config,
  builtIn: BuiltInMapping | undefined,
): readonly Problem[] {
  const path = ['organizations'];
  if (organizations === true && !builtIn?.organizations)
    return [{ path, message: 'the connector has no rule of its own for organizations: expected { name: … }' }];
  if (organizations === undefined || organizations === false || mapping.organization_id === undefined) return [];
  return [{ path, message: 'mapping.organization_id says the same another way: keep one of the two' }];
}

/**
 * Ownership needs a mapped field. The external_id is always ours: otherwise a customer would not find its user again.
 */
function validateOwnership({ policies: { ownership } }: Config, targets: readonly string[]): Problem[] {
  const known = targets.filter((field) => field !== 'external_id').sort();
  const anyField = known.includes(`${customPrefix}*`);
  return Object.entries(ownership).flatMap(([field, way]) => {
    const path = ['policies', 'ownership', field];
    if (isRelated(field) && way === 'if_empty')
      return [{ path, message: 'what a user has of these is not known beforehand: expected always or create_only' }];
    if (known.includes(field) || (anyField && field.startsWith(customPrefix))) return [];
    const near = closestMatch(field, known);
    const advice = near === undefined ? `; it sets ${known.join(', ')}` : `, did you mean "${near}"?`;
    const message = field === 'external_id' ? 'external_id is always ours' : `the mapping sets no such field${advice}`;
    return [{ path, message }];
  });
}

/** The mapping must not write the field that holds our id. */
function validateIdentity({ identity }: Config, targets: readonly string[]): Problem[] {
  if (!identity || !targets.includes(customPrefix + identity.field)) return [];
  return [
    { path: ['identity', 'field'], message: 'the mapping sets this field: expected one that holds nothing else' },
  ];
}

/** A path that does not exist would be empty in every record, and silently skip everybody or nobody. */
function validateFilter(
  filter: string | undefined,
  record: SourceConnector['record'],
  whyNotRead: ConfiguredSource['whyNotRead'],
): Problem[] {
  if (filter === undefined) return [];
  try {
    return condition(filter).paths.flatMap((path) => {
      const message = isKnownPath(path, record) ? whyNotRead(path) : unknownPath(path, record);
      return message === undefined ? [] : [{ path: ['filter'], message }];
    });
  } catch (error) {
    const message = `not a Liquid condition: ${error instanceof Error ? error.message : String(error)}`;
    return [{ path: ['filter'], message }];
  }
}
