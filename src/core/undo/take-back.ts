import type { CallContext } from '../contracts.ts';
import type { Pipeline } from '../pipeline/types.ts';
import type { Forecast, TakeBack } from '../sink.ts';
import type { Result, StateStore } from '../state/store.ts';

const perLook = 100;

/** The results of a run that wrote something, page by page. */
export async function* pastWrites(store: StateStore, run: string): AsyncGenerator<readonly Result[]> {
  let after: string | undefined;
  do {
    const rows = await store.results(run, { limit: perLook, ...(after !== undefined && { after }) });
    const writes = rows.filter(({ destinationId }) => destinationId !== undefined);
    if (writes.length > 0) yield writes;
    after = rows.length === perLook ? rows.at(-1)?.key : undefined;
  } while (after !== undefined);
}

/** Asks the sink how each of these keys' writes of that run is taken back. */
export async function takeBackAll<T, P>(
  { store, id, sink }: Pipeline<T, P>,
  run: string,
  keys: readonly string[],
  context: CallContext,
): Promise<readonly { readonly key: string; readonly answer: TakeBack<P> }[]> {
  const results = await store.results(run, { keys, limit: keys.length });
  const { links } = await store.load(id, { run, keys, externalIds: [], addresses: [] });
  const writes = results.map((result) => ({ result, link: links.get(result.key) }));
  const answers = await sink.takeBack(writes, context);
  return writes.flatMap(({ result: { key } }, position) => {
    const answer = answers[position];
    return answer ? [{ key, answer }] : [];
  });
}

export interface UndoForecast {
  readonly deleted: number;
  readonly restored: number;
  readonly unchanged: number;
  readonly conflicts: number;
  readonly forecast: Forecast;
}

/** One line of an undo's own plan. */
export interface UndoStep {
  readonly key: string;
  readonly result: Result;
}

/** What an undo would do, without doing it: every step is told, the sums are returned. */
export async function rehearseUndo<T, P>(
  pipeline: Pipeline<T, P>,
  run: string,
  context: CallContext,
  tell: (step: UndoStep) => void,
): Promise<UndoForecast> {
  const { sink, store, clock } = pipeline;
  const rows = { create: 0, update: 0, delete: 0 };
  let calls = 0;
  let unchanged = 0;
  let conflicts = 0;
  for await (const page of pastWrites(store, run)) {
    const decided = await takeBackAll(
      pipeline,
      run,
      page.map(({ key }) => key),
      context,
    );
    for (const { key, answer } of decided) {
      const at = clock.now();
      if (answer.kind === 'nothing') unchanged += 1;
      if (answer.kind === 'conflict') {
        conflicts += 1;
        tell({ key, result: { key, outcome: 'skipped', code: 'changed-since', message: answer.message, at } });
      }
      if (answer.kind !== 'write') continue;
      const foreseen = sink.foresee(answer.delivery);
      rows[answer.delivery.lane] += 1;
      calls += foreseen.calls;
      if (answer.conflicts.length > 0) conflicts += 1;
      if (foreseen.outcome.kind !== 'written') continue;
      const { changes, code, link } = foreseen.outcome;
      const message = [
        answer.note,
        ...(answer.conflicts.length > 0 ? [`changed since and left: ${answer.conflicts.join(', ')}`] : []),
      ];
      tell({
        key,
        result: {
          key,
          outcome: 'updated',
          at,
          destinationId: link.destinationId,
          ...(code !== undefined && { code }),
          ...(changes && { changes }),
          ...(message.some((part) => part !== undefined) && {
            message: message.filter((part) => part !== undefined).join('; '),
          }),
        },
      });
    }
  }
  return {
    deleted: rows.delete,
    restored: rows.update,
    unchanged,
    conflicts,
    forecast: sink.forecast({ rows, calls }),
  };
}
