import { defined } from '../defined.ts';
import type { CallContext } from '../domain/context.ts';
import { ContractError } from '../domain/errors.ts';
import type { Result } from '../domain/result.ts';
import type { PastRun } from '../domain/revert.ts';
import { mergedInto } from '../pipeline/recovery/record-merge.ts';
import type { Pipeline } from '../pipeline/types.ts';
import type { RunRow, StateStore } from '../state/store.ts';

const perLook = 100;

/**
 * When a run began by the destination's clock. The state has our own time of its begin, and the destination's of its
 * results: the first result is not later than the end of the run. Of both ways to reckon the earlier one counts, for one of
 * the clocks may have been set since. The destination is asked for a user first: until it has answered, its time is ours, and
 * the results of a run that was killed do not say how long it had been going on.
 */
export async function pastRunOf<T, P>(
  { store, id: pipeline, sink, clock }: Pick<Pipeline<T, P>, 'store' | 'id' | 'sink' | 'clock'>,
  { id, startedAt, finishedAt = startedAt }: RunRow,
  context: CallContext,
): Promise<PastRun> {
  let first = Number.POSITIVE_INFINITY;
  let writes = 0;
  for await (const rows of pastWrites(store, id)) {
    const [{ destinationId = '' } = {}] = rows;
    if (writes === 0) await syncDestinationClock(sink, destinationId, context);
    writes += rows.length;
    for (const { at } of rows) first = Math.min(first, at);
  }
  const byResults = first - (finishedAt - startedAt);
  const byOurClock = startedAt + sink.now() - clock.now();
  const absorbing = await absorbingSince({ store, id: pipeline }, id);
  return { since: Math.min(byResults, byOurClock), writes, ...(absorbing.size > 0 && { absorbing }) };
}

/** Users into which later runs have merged others. */
async function absorbingSince(
  { store, id }: Pick<Pipeline<unknown, unknown>, 'store' | 'id'>,
  run: string,
): Promise<ReadonlySet<string>> {
  const merges: string[] = [];
  for (let after: string | undefined; ; ) {
    const runs = await store.runs(id, { limit: perLook, ...defined({ after }) });
    const at = runs.findIndex((one) => one.id === run);
    const later = at < 0 ? runs : runs.slice(0, at);
    merges.push(...later.filter(({ kind }) => kind === 'merge').map((one) => one.id));
    after = runs.at(-1)?.id;
    if (runs.length < perLook || at >= 0) return await mergedInto(store, merges);
  }
}

/** Any response brings the time along, also one that refuses to show this user. */
async function syncDestinationClock(
  sink: Pick<Pipeline<never, never>['sink'], 'find'>,
  id: string,
  context: CallContext,
): Promise<void> {
  try {
    await sink.find(id, context);
  } catch (error) {
    const isAnswered = error instanceof ContractError && error.status !== undefined;
    if (!isAnswered) throw error;
  }
}

/** The results of a run that wrote something, page by page. */
export async function* pastWrites(store: StateStore, run: string): AsyncGenerator<readonly Result[]> {
  let after: string | undefined;
  do {
    const rows = await store.results(run, { limit: perLook, ...defined({ after }) });
    const writes = rows.filter(({ destinationId }) => destinationId !== undefined);
    if (writes.length > 0) yield writes;
    after = rows.length === perLook ? rows.at(-1)?.key : undefined;
  } while (after !== undefined);
}
