import type { SourceRecord } from '../contracts.ts';
import { ConfigError } from '../errors.ts';
import { createDeliverer } from '../pipeline/deliver.ts';
import { openRun } from '../pipeline/open-run.ts';
import { recoverBatches } from '../pipeline/recover.ts';
import { createReport } from '../pipeline/report-run.ts';
import { attempt, type Item, type Run, type UnderWay } from '../pipeline/run-state.ts';
import type { Pipeline, RunOptions } from '../pipeline/types.ts';
import type { RunReport } from '../report/report.ts';
import { storedTallies } from '../report/stored-tallies.ts';
import type { Result, RunRow } from '../state/store.ts';
import { recordUndone } from './record-undone.ts';
import { pastWrites, takeBackAll } from './take-back.ts';

/**
 * Takes a run back: users that it created are deleted, fields that it changed get their old values, except where somebody
 * has changed them since. It is a run itself: recorded batch by batch, found out after a crash, and begun again where it
 * ended, because what is as it was before needs no write. The caller holds the lease.
 */
export async function undoRun<T, P>(
  pipeline: Pipeline<T, P>,
  { target, ...options }: Pick<RunOptions, 'signal' | 'onProgress'> & { readonly target: RunRow },
): Promise<RunReport> {
  const { store, id } = pipeline;
  const run = await openRun(pipeline, { kind: 'undo', ...options });
  const held = createHold(run, target);
  const deliverer = createDeliverer(run, {
    record: recordUndone,
    again: async (_, items) =>
      await entriesFor(
        run,
        target.id,
        items.map(({ record }) => record.key),
      ),
  });
  try {
    await attempt(run, async () => {
      await recoverBatches(run);
      for await (const rows of pastWrites(store, target.id)) {
        if (run.stopping()) return;
        run.progress('read');
        const entries = await entriesFor(
          run,
          target.id,
          rows.map(({ key }) => key),
        );
        if (entries.length > 0) await held.begin();
        await deliverer.add(entries);
      }
    });
    await attempt(run, () => deliverer.drain());
    if (!run.failure && !run.stopping()) await store.markUndone(target.id, run.id);
    return await createReport(run);
  } finally {
    run.close();
  }

  async function entriesFor(of: Run<T, P>, from: string, keys: readonly string[]): Promise<readonly UnderWay<P>[]> {
    const decided = await takeBackAll(pipeline, from, keys, of.work);
    const settled: Result[] = [];
    const entries: UnderWay<P>[] = [];
    for (const { key, answer } of decided) {
      if (answer.kind === 'write') entries.push(entryOf(key, answer.delivery, answer.conflicts));
      else settled.push(settledAs(key, answer));
    }
    await of.exclusive(() => store.apply(id, { results: { run: of.id, rows: settled } }));
    for (const row of settled) of.tally.add(row);
    for (const entry of entries) of.underWay.set(entry.delivery.key, entry);
    return entries;
  }

  function settledAs(
    key: string,
    answer: { readonly kind: 'nothing' } | { readonly kind: 'conflict'; readonly message: string },
  ): Result {
    const at = pipeline.sink.now();
    if (answer.kind === 'nothing') return { key, outcome: 'unchanged', at };
    return { key, outcome: 'skipped', code: 'changed-since', message: answer.message, at };
  }
}

/** Throws ConfigError when there is no such run or it can't be taken back. */
export async function findUndoable<T, P>({ store, id, clock, policies }: Pipeline<T, P>, run: string): Promise<RunRow> {
  const found = await store.run(id, run);
  if (!found) throw unusable(`There is no run ${run}.`);
  if (found.kind === 'undo') throw unusable(`Run ${run} is itself an undo.`);
  if (found.undoneBy !== undefined)
    throw unusable(`There is nothing to do: run ${run} was taken back by run ${found.undoneBy}.`);
  const [first] = await store.results(run, { limit: 1 });
  const tallies = storedTallies(found);
  // A run that died has no counts: whether it wrote something is not known when it is this old.
  const isOld = (found.finishedAt ?? found.startedAt) < clock.now() - policies.retentionMs;
  const hadRecords = tallies ? tallies.created + tallies.updated > 0 : isOld;
  if (first || !hadRecords) return found;
  throw new ConfigError(
    `Run ${run} can't be taken back: its records are no longer kept, and with them the old values.`,
    {
      code: 'pruned',
      hint: 'They are kept for as many days as `retention` says (default 90), and not of customers who were forgotten.',
    },
  );
}

function unusable(message: string): ConfigError {
  return new ConfigError(message, { code: 'usage', hint: 'rolodesk runs lists the runs.' });
}

/** Nothing may be written again by the schedule once something was taken back: held before the first write. */
function createHold<T, P>(run: Run<T, P>, target: RunRow) {
  let isHeld = false;
  return {
    async begin(): Promise<void> {
      if (isHeld) return;
      isHeld = true;
      const { store, id, clock, onStep } = run.pipeline;
      const at = new Date(clock.now()).toISOString();
      await store.setHold(id, `Run ${target.id} was taken back by run ${run.id} at ${at}.`);
      onStep?.('undo-held');
    },
  };
}

function entryOf<P>(key: string, delivery: UnderWay<P>['delivery'], conflicts: readonly string[]): UnderWay<P> {
  const record: SourceRecord = { key, data: null, state: 'deleted' };
  const item: Item = {
    record,
    phase: 'last',
    waits: false,
    attempts: 0,
    forced: true,
    deactivate: false,
    inCycle: false,
    rounds: 0,
  };
  const message = `Changed by somebody since, and left: ${conflicts.join(', ')}.`;
  const settleAs = { outcome: 'skipped', code: 'changed-since', message, address: '' } as const;
  return { item, delivery, payloadHash: () => '', ...(conflicts.length > 0 && { settleAs }) };
}
