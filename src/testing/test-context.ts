import { Readable } from 'node:stream';
import type { z } from 'zod';
import { collectSecrets } from '../core/config/schema-tools.ts';
import type { SourceConnector } from '../core/connector.ts';
import type { ConnectorOptions } from '../core/connector-options.ts';
import type { CallContext, Warning } from '../core/domain/context.ts';
import type { Source } from '../core/domain/source.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { type Relay, startRelay } from './fault-proxy.ts';
import { createMemoryCredentials } from './memory-credentials.ts';
import type { SourceTwin, TwinOptions } from './source-twin.ts';

/** What a trial of a source is made of. */
export interface TrialOptions<T extends SourceTwin> {
  readonly connector: SourceConnector;
  /** Makes the system that is read, new for each trial. */
  readonly twin: (options: TwinOptions) => T | Promise<T>;
  /** The `source:` block for a twin, without `connector`. `url` is where the source must send its requests. */
  readonly config: (twin: T) => Readonly<Record<string, unknown>>;
  /** Folder that relative paths of the configuration begin in. Default: the working directory. */
  readonly folder?: (twin: T) => string;
  /** What is on standard input, for sources that read it. Default: nothing. */
  readonly stdin?: (twin: T) => NodeJS.ReadableStream;
}

/** A source with all that it is given, and all that it said. */
export interface TestContext<T extends SourceTwin = SourceTwin> {
  readonly twin: T;
  /** Absent for twins that serve no API. */
  readonly proxy: Relay | undefined;
  readonly clock: FakeClock;
  /** Shape of a record's data, as the connector declares it. */
  readonly record: z.ZodType;
  /** The `source:` block that it has. */
  readonly config: Readonly<Record<string, unknown>>;
  /** A source as a new process has it: it knows nothing but the configuration and what was saved. */
  open(options?: Pick<ConnectorOptions<unknown>, 'replyMs'>): Source;
  context(signal?: AbortSignal): CallContext;
  readonly warnings: readonly Warning[];
  /** Every log line so far, at the most talkative level. */
  logged(): string;
  /** Secrets of the configuration, as its schema marks them. */
  readonly marked: ReadonlySet<string>;
  /** Secrets that the source sent. */
  readonly secrets: ReadonlySet<string>;
}

/** Starts a twin with a relay before it, does the work and closes everything. */
export async function withTestContext<T extends SourceTwin>(
  options: TrialOptions<T>,
  pages: number,
  work: (testContext: TestContext<T>) => Promise<void>,
): Promise<void> {
  const clock = createFakeClock();
  const opened = new Set<Source>();
  const twin = await options.twin({ pages, clock });
  const proxy = twin.url === undefined ? undefined : await startRelay({ to: twin.url, now: clock.now });
  try {
    await work(createTrial({ options, twin, proxy, clock, opened }));
  } catch (error) {
    // What the check found comes before what a source that failed it does when it is closed.
    await Promise.allSettled([proxy?.close(), twin.close?.(), ...[...opened].map(async (source) => source.close?.())]);
    throw error;
  }
  // The relay first: it cuts off what still waits for a reply.
  for (const part of [proxy, ...opened, twin]) await part?.close?.();
}

function createTrial<T extends SourceTwin>({
  options,
  twin,
  proxy,
  clock,
  opened,
}: {
  readonly options: TrialOptions<T>;
  readonly twin: T;
  readonly proxy: Relay | undefined;
  readonly clock: FakeClock;
  readonly opened: Set<Source>;
}): TestContext<T> {
  const { connector } = options;
  const secrets = new Set<string>();
  const warnings: Warning[] = [];
  const lines: string[] = [];
  const write = (fields: object, event: string): void => {
    lines.push(`${event} ${JSON.stringify(fields)}`);
  };
  const log = { debug: write, info: write, warn: write, error: write };
  const credentials = createMemoryCredentials();
  const seen = proxy ? { ...twin, url: proxy.url } : twin;
  const config = { connector: connector.name, ...options.config(seen) };
  return {
    twin,
    proxy,
    clock,
    record: connector.record,
    config,
    warnings,
    secrets,
    marked: new Set(collectSecrets(connector.schema(connector.name), config)),
    logged: () => lines.join('\n'),
    open(more) {
      const source = connector.configure(config).createSource({
        clock,
        credentials,
        log,
        onSecret: (secret) => secrets.add(secret),
        folder: options.folder?.(twin) ?? '.',
        stdin: options.stdin?.(twin) ?? Readable.from([]),
        ...more,
      });
      opened.add(source);
      return {
        ...source,
        async close() {
          opened.delete(source);
          await source.close?.();
        },
      };
    },
    context: (signal = new AbortController().signal) => ({
      signal,
      log,
      warn: (warning) => warnings.push(warning),
    }),
  };
}
