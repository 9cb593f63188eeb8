import { assertCan, type CompleteSink } from '../complete-sink.ts';
import type { Page, SourceRecord } from '../domain/record.ts';
import type { Result } from '../domain/result.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import { runPipeline } from '../pipeline/run.ts';
import type { Pipeline, RunOptions } from '../pipeline/types.ts';

export interface OfflineDryRun {
  readonly report: RunReport;
  /** What would become of these keys. One that is not in it would stay as it is. */
  outcomesOf(keys: readonly string[]): Promise<ReadonlyMap<string, Result>>;
  /** Address → the key that would hold it. */
  holdersOf(emails: readonly string[]): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/**
 * Does a dry run of a whole read on a private copy of the state, by what is known of the destination already: the source is read,
 * the destination is not asked anything. `see` is shown every record. The caller holds the lease.
 */
export async function dryRunOffline<T, P>(
  { store, id, ...pipeline }: Pipeline<T, P>,
  {
    see,
    ...options
  }: Pick<RunOptions, 'signal' | 'onProgress'> & { readonly see: (records: readonly SourceRecord<T>[]) => void },
): Promise<OfflineDryRun> {
  assertCan(pipeline.sink, 'plan');
  const copy = await store.fork();
  try {
    const source = {
      ...pipeline.source,
      async *read(...from: Parameters<typeof pipeline.source.read>): AsyncGenerator<Page<T>> {
        for await (const page of pipeline.source.read(...from)) {
          see(page.records);
          yield page;
        }
      },
    };
    const report = await runPipeline(
      { ...pipeline, id, store: copy, source, sink: unasked(pipeline.sink) },
      { kind: 'sync', full: true, ...options },
    );
    return {
      report,
      async outcomesOf(keys) {
        const rows = await copy.results(report.run, { keys, limit: keys.length });
        return new Map(rows.map((row) => [row.key, row]));
      },
      async holdersOf(emails) {
        return (await copy.load(id, { run: report.run, keys: [], externalIds: [], emails })).claimantsByEmail;
      },
      close: () => copy.close(),
    };
  } catch (error) {
    await copy.close();
    throw error;
  }
}

/** Every write comes to what was simulated; what an earlier run left open counts as not sent. */
function unasked<P>(sink: CompleteSink<P>): CompleteSink<P> {
  return {
    ...sink,
    refresh: async () => undefined,
    findSurvivors: async () => new Map(),
    recover: async ({ rows }) => rows.map(() => ({ kind: 'not-written' })),
    write: async ({ deliveries }) => deliveries.map((delivery) => sink.simulate(delivery).outcome),
    close: async () => undefined,
  };
}
