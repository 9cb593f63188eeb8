import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { QuickBooksCustomer } from '../connectors/quickbooks/customer.ts';
import { destinations, sources } from '../connectors/registry.ts';
import type { ZendeskUser } from '../connectors/zendesk/user.ts';
import { systemClock } from '../core/clock.ts';
import { findConfigFile, loadConfig, type Problem } from '../core/config/load.ts';
import { collectSecrets } from '../core/config/schema-tools.ts';
import type { CallContext, RateLimits, Warning } from '../core/contracts.ts';
import type { Logger } from '../core/log.ts';
import type { Pipeline } from '../core/pipeline/types.ts';
import { createCredentialStore, loadKey } from '../core/state/credentials.ts';
import { acquireLease } from '../core/state/lease.ts';
import { openSqliteStore } from '../core/state/sqlite/open-store.ts';
import { createMapper, type ZendeskMapper } from '../mappers/create-mapper.ts';
import { problemsOfMapping } from '../mappers/mapping.ts';
import { quickbooksMapping } from '../mappers/quickbooks.ts';
import { condition } from '../mappers/rules.ts';
import { type Config, configSchema, maxDeactivations } from './config-schema.ts';
import type { Terminal } from './terminal.ts';

export interface Settings {
  readonly path: string;
  readonly config: Config;
  readonly statePath: string;
  readonly name: string;
}

export type CustomerPipeline = Pipeline<QuickBooksCustomer, ZendeskUser>;

/** Finds and reads the configuration, and tells the redactor its secrets. */
export function readSettings({
  asked,
  terminal,
}: {
  readonly asked: string | undefined;
  readonly terminal: Terminal;
}): Settings {
  const { env, cwd, redactor } = terminal;
  const path = findConfigFile({ asked, folders: env.INIT_CWD === undefined ? [cwd] : [env.INIT_CWD, cwd] });
  const { value: config, refuse } = loadConfig({ path, schema: configSchema, env });
  for (const secret of collectSecrets(configSchema, config)) redactor.add(secret);
  refuse([...problemsOfMapping(config.mapping, sources.quickbooks.record), ...problemsOfFilter(config.filter)]);
  const name = config.name ?? `${config.source.connector}-${config.destination.connector}`;
  return { path, config, name, statePath: resolve(dirname(path), config.state) };
}

function problemsOfFilter(filter: string | undefined): Problem[] {
  if (filter === undefined) return [];
  try {
    condition(filter);
    return [];
  } catch (error) {
    return [
      {
        path: ['filter'],
        message: `not a Liquid condition: ${error instanceof Error ? error.message : String(error)}`,
      },
    ];
  }
}

export interface Open {
  readonly settings: Settings;
  readonly pipeline: CustomerPipeline;
  readonly mapper: ZendeskMapper<QuickBooksCustomer>;
  readonly context: CallContext;
  readonly warnings: readonly Warning[];
  close(): Promise<void>;
}

/** What a command asks for. */
export interface OpenOptions {
  readonly asked: string | undefined;
  readonly terminal: Terminal;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Take the lease: for commands that write. */
  readonly write: boolean;
  /** Ask the source for facts that mapping needs. Not for commands that only read the state. */
  readonly online: boolean;
  readonly sourceLimits?: RateLimits;
}

/** Puts a pipeline together from its configuration. Everything opened is closed by `close`. */
export async function open(options: OpenOptions): Promise<Open> {
  const { terminal, log, signal, write, online } = options;
  const settings = readSettings(options);
  const { config, statePath, name } = settings;
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    if (write) closers.push(leaseOf(statePath));
    const store = await openSqliteStore({ path: statePath, clock: systemClock });
    closers.push(() => store.close());
    const credentials = createCredentialStore({ path: statePath, key: keyOf(terminal), clock: systemClock });
    closers.push(() => credentials.close());
    const warnings: Warning[] = [];
    const context: CallContext = { signal, log, warn: (warning) => warnings.push(warning) };
    const common = {
      credentials,
      clock: systemClock,
      log,
      onSecret: (secret: string) => terminal.redactor.add(secret),
    };
    const source = sources.quickbooks.createSource({
      ...common,
      config: config.source,
      ...(options.sourceLimits && { limits: options.sourceLimits }),
    });
    const account = sources.quickbooks.account(config.source);
    const mapper = createMapper<QuickBooksCustomer>({
      builtIn: quickbooksMapping,
      mapping: config.mapping,
      filter: config.filter,
      connector: config.source.connector,
      account,
      facts: online ? ((await source.facts?.(context)) ?? {}) : {},
      invalidEmail: config.policies.invalidEmail,
      skipProjects: config.source.skipProjects,
    });
    const sink = destinations.zendesk.createSink({
      ...common,
      config: config.destination,
      fields: mapper.fields,
      policies: config.policies,
      sourceName: config.source.connector,
    });
    closers.push(() => sink.close());
    const identity = {
      name,
      sourceConnector: config.source.connector,
      sourceOrigin: sources.quickbooks.origin(config.source),
      sourceAccount: account,
      destinationOrigin: destinations.zendesk.origin(config.destination),
    };
    const id = await store.openPipeline(identity);
    const { sharedEmail, inactive } = config.policies;
    const policies = { sharedEmail, inactive, maxDeactivations: maxDeactivations(config.policies.maxDeactivations) };
    const fingerprint = `${mapper.fingerprint} ${JSON.stringify(config.policies)}`;
    const pipeline: CustomerPipeline = {
      name,
      id,
      identity,
      source,
      mapper,
      fingerprint,
      sink,
      store,
      policies,
      clock: systemClock,
      log,
    };
    return { settings, pipeline, mapper, context, warnings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function leaseOf(statePath: string): () => void {
  const lease = acquireLease(statePath);
  return () => lease.release();
}

function keyOf({ env }: Terminal): Buffer {
  const folder = env.XDG_CONFIG_HOME ?? join(env.HOME ?? homedir(), '.config');
  return loadKey({ secret: env.ROLODESK_KEY, file: join(folder, 'rolodesk', 'key') });
}
