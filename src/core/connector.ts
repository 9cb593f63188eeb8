import { z } from 'zod';
import type { Connection, ConnectionOptions } from './auth/connection.ts';
import type { ConnectorOptions } from './connector-options.ts';
import { defined } from './defined.ts';
import type { Json } from './domain/json.ts';
import type { Source } from './domain/source.ts';
import type { SpecVersion } from './domain/spec-version.ts';
import type { ParseWebhook } from './domain/webhook.ts';
import { createHttpClient, type HttpClientOptions } from './http/client.ts';
import { createRateLimiter } from './http/rate-limiter.ts';
import type { RateLimits } from './http/rate-limits.ts';
import { createTimings } from './http/request-metrics.ts';
import { sharedRateLimiter } from './http/shared-resources.ts';
import type { HttpClient } from './http/types.ts';
import { noRetry } from './http/with-retry.ts';

/** What the process gives a source. */
export interface SourcePorts {
  /** Folder of the configuration: relative paths in it begin here. */
  readonly folder: string;
  readonly stdin: NodeJS.ReadableStream;
  /** What a program that the source starts may see of our environment, which holds secrets. Absent: nothing. */
  readonly childEnvironment?: Readonly<Record<string, string | undefined>>;
  /**
   * Paths of a record's data that the mapping and the filter read, such as `CustomerTypeRef.name`. What costs extra calls
   * may be left out of records where no path names it or the whole that holds it. Absent: nothing is read.
   */
  readonly uses?: readonly string[];
}

export interface SourceHttpOptions
  extends Partial<Pick<HttpClientOptions, 'authorize' | 'refresh' | 'classify' | 'inspect' | 'normalize'>> {
  /** Default: the connector's. */
  readonly origin?: string;
  /** Not through the source's throttle: the request that waits for a token holds a place in it. */
  readonly isTokenEndpoint?: boolean;
}

export interface SourceOptions<C> extends ConnectorOptions<C>, SourcePorts {
  /**
   * A client for the connector's origin (or another): throttled by its limits, retried, timed out, abortable. All clients
   * of one source share its budget, are counted for the report, and are closed with it.
   */
  http(options?: SourceHttpOptions): HttpClient;
}

/** A source as its author writes it: requests are counted by the clients of `http` unless it counts them itself. */
export type AuthoredSource<T> = Omit<Source<T>, 'counters'> & Partial<Pick<Source<T>, 'counters'>>;

/** A connector that reads, as its author writes it. See docs/write-a-connector.md. */
export interface SourceDefinition<S extends z.ZodObject, T> {
  /** Of this contract: 1. */
  readonly specVersion: SpecVersion;
  /** Lower case; names it in configurations and begins every external id. */
  readonly name: string;
  readonly title: string;
  /** What its records are, such as `customers`. Default: records. */
  readonly reads?: string;
  /**
   * One schema: types, validation, docs and redaction come from it. Without the key `connector`. Secrets are
   * `secretSchema`. Must take its own output as input.
   */
  readonly config: S;
  /** Shape of a record's data: mapping paths are held against it. Default: anything. */
  readonly record?: z.ZodType<T>;
  /** Why a path that a record's shape has is absent from every record under this configuration. Undefined: it is read. */
  whyNotRead?(config: z.output<S>, path: readonly string[]): string | undefined;
  readonly limits: RateLimits;
  /** Limits that the configuration gives, in place of `limits`. */
  limitsOf?(config: z.output<S>): RateLimits | undefined;
  /** The `mapping:` that holds where the configuration says nothing else: its keys take the place of these. */
  readonly mapping?: Readonly<Record<string, Json>>;
  /** The account that keys belong to, such as a realm id. Part of every external id. */
  account(config: z.output<S>): string;
  /** Scheme, host and port that records are read from; for files, their path. */
  origin(config: z.output<S>): string;
  /** What people call the account, such as `acme-old.zendesk.com` or `customers.xlsx`. Default: its title and `account`. */
  accountLabel?(config: z.output<S>): string;
  /** Where a person looks at a record with the browser. Undefined where that is not known. */
  recordUrl?(config: z.output<S>, key: string): string | undefined;
  /** How its webhooks are checked. Undefined where the configuration lacks what that takes, such as a verifier token. */
  parseWebhook?(config: z.output<S>): ParseWebhook | undefined;
  createSource(options: SourceOptions<z.output<S>>): AuthoredSource<T>;
  /** For `rolodesk connect`: how its credentials come and go. Left out, or undefined: they are in the configuration, and nowhere else. */
  readonly connection?: (options: ConnectionOptions<z.output<S>>) => Connection | undefined;
}

/** The `source:` block, as far as it is nobody's own affair. */
export interface NamedSource {
  readonly connector: string;
  readonly [key: string]: unknown;
}

/** A connector as everybody else sees it: what its configuration and its records are is its own affair. */
export interface SourceConnector {
  readonly specVersion: SpecVersion;
  readonly name: string;
  readonly title: string;
  readonly reads: string;
  /** Schema of the `source:` block, in which the connector goes by `named`. */
  schema(named: string): z.ZodType<NamedSource>;
  readonly record: z.ZodType;
  readonly limits: RateLimits;
  readonly mapping: Readonly<Record<string, Json>> | undefined;
  /** Throws ZodError for a configuration that `schema` would refuse. */
  configure(config: unknown): ConfiguredSource;
}

export interface ConfiguredSource {
  /** Lower case. */
  readonly account: string;
  readonly origin: string;
  /** What people call the account. */
  readonly accountLabel: string;
  recordUrl(key: string): string | undefined;
  whyNotRead(path: readonly string[]): string | undefined;
  /** Checks and parses what the other system sends by itself. Absent: it sends nothing, or is not set up to. */
  readonly parseWebhook?: ParseWebhook;
  createSource(options: Omit<ConnectorOptions<unknown>, 'config'> & SourcePorts): Source;
  /** Absent where its credentials are in the configuration, and nowhere else. */
  connection?(options: Omit<ConnectionOptions<unknown>, 'config'>): Connection | undefined;
}

/** Makes a connector of its definition. */
export function defineConnector<S extends z.ZodObject, T>(definition: SourceDefinition<S, T>): SourceConnector {
  const { specVersion, name, title, reads = 'records', limits, mapping, connection } = definition;
  // Without the `connector` key, which `schema` adds: it is ours to check, not the author's.
  const parse = z.looseObject({ connector: z.unknown() });
  return {
    specVersion,
    name,
    title,
    reads,
    limits,
    mapping,
    record: definition.record ?? z.record(z.string(), z.unknown()),
    // An object whose shape is the author's, with this key: the compiler can't see through the author's part of it.
    schema: (named) =>
      definition.config.safeExtend({ connector: z.literal(named) }) as unknown as z.ZodType<NamedSource>,
    configure(given) {
      const { connector: _, ...own } = parse.parse(given);
      const config = definition.config.parse(own);
      const parseWebhook = definition.parseWebhook?.(config);
      return {
        account: definition.account(config).toLowerCase(),
        origin: definition.origin(config),
        accountLabel: definition.accountLabel?.(config) ?? `${title} (${definition.account(config)})`,
        recordUrl: (key) => definition.recordUrl?.(config, key),
        whyNotRead: (path) => definition.whyNotRead?.(config, path),
        ...defined({ parseWebhook }),
        createSource: (options) => createSource(definition, config, options),
        ...(connection && { connection: (options) => connection({ ...options, config }) }),
      };
    },
  };
}

function createSource<S extends z.ZodObject, T>(
  definition: SourceDefinition<S, T>,
  config: z.output<S>,
  options: Omit<ConnectorOptions<unknown>, 'config'> & SourcePorts,
): Source<T> {
  const { clock, log, replyMs } = options;
  const limits = options.limits ?? definition.limitsOf?.(config) ?? definition.limits;
  const account = `${definition.name} ${definition.account(config)} ${JSON.stringify(limits)}`;
  const rateLimiter = sharedRateLimiter(options.budgets, createRateLimiter, { account, options: { limits, clock } });
  const timings = createTimings();
  const clients: ReturnType<typeof createHttpClient>[] = [];
  const http = ({
    origin = definition.origin(config),
    isTokenEndpoint,
    ...more
  }: SourceHttpOptions = {}): HttpClient => {
    const own = isTokenEndpoint ? createRateLimiter({ limits: { concurrent: 1 }, clock }) : rateLimiter;
    const common = {
      name: definition.title,
      origin,
      rateLimiter: own,
      clock,
      log,
      timings,
      ...defined({ replyMs }),
      ...(isTokenEndpoint && { retry: noRetry }),
    };
    const client = createHttpClient({ ...common, ...more });
    clients.push(client);
    return client;
  };
  const authored = definition.createSource({ ...options, config, http });
  const sum = (count: 'requests' | 'throttled'): number =>
    clients.reduce((total, { counters }) => total + counters[count], 0);
  const counters = {
    get requests() {
      return sum('requests');
    },
    get throttled() {
      return sum('throttled');
    },
    timings: timings.summary,
  };
  return {
    counters,
    ...authored,
    async close() {
      await authored.close?.();
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
