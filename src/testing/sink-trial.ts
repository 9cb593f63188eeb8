import type { z } from 'zod';
import { type CompleteSink, completeSink } from '../core/complete-sink.ts';
import { collectSecrets } from '../core/config/schema-tools.ts';
import type { DestinationConnector, SinkPolicies } from '../core/destination.ts';
import type { CallContext } from '../core/domain/context.ts';
import type { WriteContext } from '../core/domain/write.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { type Relay, startRelay } from './fault-proxy.ts';
import { createMemoryCredentials } from './memory-credentials.ts';

/** Plays the system that a sink writes to. */
export interface SinkTwin {
  /** Origin of the API that it serves. The suite puts itself between it and the sink, to make faults. */
  readonly url: string;
  /** External ids of its users, one for each user: what is there twice stands here twice. */
  externalIds(): readonly string[];
  close(): void | Promise<void>;
}

export interface SinkTrialOptions<C, P, T extends SinkTwin> {
  readonly connector: DestinationConnector<C, P>;
  /** Makes the system that is written to, new for each trial, at the time of this clock. */
  readonly twin: (clock: Pick<FakeClock, 'now'>) => T | Promise<T>;
  /** The `destination:` block for a twin. `url` is where the sink must send its requests. */
  readonly config: (twin: T) => Readonly<Record<string, unknown>>;
  /** What a mapper would give for the n-th customer, from 1. */
  readonly payload: (n: number) => P;
  /** The same customer with another name. */
  readonly renamed: (payload: P) => P;
  /** One that the destination refuses by itself. */
  readonly refused: P;
  /** Field names that the payloads set, sorted. */
  readonly fields: readonly string[];
}

export interface SinkTrial<P> {
  readonly options: Pick<SinkTrialOptions<never, P, never>, 'payload' | 'renamed' | 'refused'>;
  readonly twin: SinkTwin;
  readonly proxy: Relay;
  readonly clock: FakeClock;
  /** A sink as a new process has it. */
  open(): CompleteSink<P>;
  context(signal?: AbortSignal): WriteContext;
  /** Jobs that were reported. */
  readonly jobs: readonly string[];
  logged(): string;
  readonly secrets: ReadonlySet<string>;
}

const policies: SinkPolicies = {
  inactive: 'tag',
  conflict: 'reject',
  oldEmail: 'remove',
  deletedInDestination: 'skip',
  staff: 'skip',
  ownership: {},
};

/** Starts a twin with a relay before it, does the work and closes everything. */
export async function withSinkTrial<C, P, T extends SinkTwin>(
  options: SinkTrialOptions<C, P, T>,
  work: (testContext: SinkTrial<P>) => Promise<void>,
): Promise<void> {
  const clock = createFakeClock();
  const twin = await options.twin(clock);
  const proxy = await startRelay({ to: twin.url, now: clock.now });
  const opened = new Set<CompleteSink<P>>();
  try {
    await work(createTrial({ options, twin, proxy, clock, opened }));
  } finally {
    // The relay first: it cuts off what still waits for a reply.
    await proxy.close();
    for (const sink of opened) await sink.close();
    await twin.close();
  }
}

function createTrial<C, P, T extends SinkTwin>({
  options,
  twin,
  proxy,
  clock,
  opened,
}: {
  readonly options: SinkTrialOptions<C, P, T>;
  readonly twin: T;
  readonly proxy: Relay;
  readonly clock: FakeClock;
  readonly opened: Set<CompleteSink<P>>;
}): SinkTrial<P> {
  const { connector, payload, renamed, refused, fields } = options;
  const block = { connector: connector.name, ...options.config({ ...twin, url: proxy.url }) };
  const secrets = new Set(collectSecrets(connector.config as z.ZodType, block));
  const lines: string[] = [];
  const write = (given: object, event: string): void => {
    lines.push(`${event} ${JSON.stringify(given)}`);
  };
  const log = { debug: write, info: write, warn: write, error: write };
  const credentials = createMemoryCredentials();
  const jobs: string[] = [];
  const context: CallContext = {
    signal: new AbortController().signal,
    log,
    warn: (warning) => write(warning, 'warning'),
  };
  return {
    options: { payload, renamed, refused },
    twin,
    proxy,
    clock,
    jobs,
    secrets,
    logged: () => lines.join('\n'),
    open() {
      const own = connector.createSink({
        config: connector.config.parse(block),
        credentials,
        clock,
        log,
        onSecret: (secret) => secrets.add(secret),
        fields,
        policies,
        sourceName: 'kit',
      });
      const sink = completeSink(own, { title: connector.title, clock });
      opened.add(sink);
      return sink;
    },
    context: (signal = context.signal) => ({
      ...context,
      signal,
      jobStarted: async (job) => {
        jobs.push(job);
      },
    }),
  };
}
