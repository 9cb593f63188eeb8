import { assertCan } from '../complete-sink.ts';
import type { CallContext } from '../domain/context.ts';
import type { Result } from '../domain/result.ts';
import type { PastRun, RevertPlan } from '../domain/revert.ts';
import type { CostEstimate } from '../domain/run/cost-estimate.ts';
import { recoverBatches } from '../pipeline/recovery/recover.ts';
import type { Pipeline } from '../pipeline/types.ts';
import type { RunRow } from '../state/store.ts';
import { pastRunOf, pastWrites } from './past-run.ts';
import { resultOfAnswer, simulatedResult } from './undo-results.ts';

/** Asks the sink how each of these keys' writes of that run is reverted. */
export async function planReverts<T, P>(
  { store, id, sink }: Pipeline<T, P>,
  {
    run,
    keys,
    past,
    releaseEmail = false,
  }: {
    readonly run: string;
    readonly keys: readonly string[];
    readonly past: PastRun;
    readonly releaseEmail?: boolean;
  },
  context: CallContext,
): Promise<readonly { readonly key: string; readonly answer: RevertPlan<P> }[]> {
  const results = await store.results(run, { keys, limit: keys.length });
  const { links } = await store.load(id, { run, keys, externalIds: [], emails: [] });
  const writes = results.map((result) => ({ result, link: links.get(result.key), releaseEmail }));
  const answers = await sink.planRevert(writes, past, context);
  return writes.flatMap(({ result: { key } }, position) => {
    const answer = answers[position];
    return answer ? [{ key, answer }] : [];
  });
}

export interface UndoEstimate {
  readonly deleted: number;
  readonly restored: number;
  readonly unchanged: number;
  readonly conflicts: number;
  /** What the run made in addition to its users, such as organizations: deleted where nothing else is in it by then. */
  readonly related: number;
  readonly estimate: CostEstimate;
}

/** One line of an undo's own plan. */
export interface UndoChange {
  readonly key: string;
  readonly result: Result;
}

/**
 * What an undo would do, without doing it: every step is reported, the sums are returned. What a process that died had left
 * open is found out first, as the undo itself would: it belongs to the run. The caller holds the lease.
 */
export async function dryRunUndo<T, P>(
  pipeline: Pipeline<T, P>,
  target: RunRow,
  context: CallContext,
  tell: (step: UndoChange) => void,
): Promise<UndoEstimate> {
  const { sink, store, clock } = pipeline;
  assertCan(sink, 'undo');
  const rows = { create: 0, update: 0, delete: 0 };
  let calls = 0;
  let lookups = 0;
  let unchanged = 0;
  let conflicts = 0;
  await recoverBatches({ pipeline, work: context, reading: context, progress: () => undefined });
  const run = target.id;
  const past = await pastRunOf(pipeline, target, context);
  lookups += 1;
  for await (const page of pastWrites(store, run)) {
    const keys = page.map(({ key }) => key);
    lookups += 1;
    for (const { key, answer } of await planReverts(pipeline, { run, keys, past }, context)) take(key, answer);
  }
  const related = await sink.revertRelated?.(pastWrites(store, run), past, { dryRun: true }, context);
  return {
    deleted: rows.delete,
    restored: rows.update,
    unchanged,
    conflicts,
    related: related?.deleted ?? 0,
    estimate: sink.estimate({ rows, calls: calls + (related?.calls ?? 0), lookups }),
  };

  function take(key: string, answer: RevertPlan<P>): void {
    const at = clock.now();
    lookups += answer.lookups ?? 0;
    if (answer.kind !== 'write') {
      if (answer.kind === 'nothing') unchanged += 1;
      else conflicts += 1;
      const result = resultOfAnswer(key, answer, at);
      if (result.outcome !== 'unchanged') tell({ key, result });
      return;
    }
    const simulated = sink.simulate(answer.delivery);
    rows[answer.delivery.operation] += 1;
    calls += simulated.calls;
    if (answer.conflicts.length > 0) conflicts += 1;
    const result = simulatedResult(key, answer, simulated, at);
    if (result) tell({ key, result });
  }
}
