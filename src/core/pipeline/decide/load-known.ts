import type { Known } from '../../domain/known.ts';
import type { MapResult } from '../../domain/mapper.ts';
import type { PendingRecord, Run } from '../run-state.ts';

export interface MappedItem<P> {
  readonly item: PendingRecord;
  /** Undefined: the record is gone from the source. */
  readonly result: MapResult<P> | undefined;
}

/**
 * What the state knows about these records. For active customers whose user is gone, also the users into which those
 * were merged; these are written to the directory, because they are the latest data.
 */
export async function loadKnown<T, P>(
  run: Run<T, P>,
  mapped: readonly MappedItem<P>[],
  formerEmails: readonly string[] = [],
): Promise<Known> {
  const { sink, store, id } = run.pipeline;
  const candidates = mapped.flatMap(({ item, result }) =>
    result?.kind === 'payload' ? [{ key: item.record.key, payload: result.payload, state: item.record.state }] : [],
  );
  const query = {
    run: run.id,
    keys: mapped.map(({ item }) => item.record.key),
    externalIds: candidates.map(({ payload }) => sink.externalId(payload)),
    emails: [...new Set([...candidates.flatMap(({ payload }) => sink.email(payload) ?? []), ...formerEmails])],
  };
  const known = await store.load(id, query);
  const active = candidates.filter(({ state }) => state === 'active');
  const survivors = await sink.findSurvivors?.(active, known, run.work);
  if (!survivors || survivors.size === 0) return known;
  const users = [...survivors.values()].map(({ user }) => user);
  await store.apply(id, { users });
  return { ...(await store.load(id, { ...query, userIds: users.map((user) => user.id) })), survivors };
}
