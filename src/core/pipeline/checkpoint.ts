import type { Cursor } from '../domain/record.ts';
import { stableJson } from '../stable-json.ts';
import type { Run } from './run-state.ts';
import type { RunOptions } from './types.ts';

// The checkpoint: where a read starts, and when it moves. Only a sync that reads its whole scan moves it.

/** The cursor that this run reads from. Undefined: it reads everything. */
export async function startingPoint<T, P>(run: Run<T, P>): Promise<Cursor | undefined> {
  const { store, id, fingerprint, log } = run.pipeline;
  if (run.options.full || run.options.keys || run.options.plan) return undefined;
  const checkpoint = await store.checkpoint(id);
  if (!checkpoint) return undefined;
  if (checkpoint.fingerprint === fingerprint) return checkpoint.cursor ?? undefined;
  log.info({}, 'the mapping or a policy has changed: reading everything');
  run.work.warn({
    code: 'configuration-changed',
    message: 'The mapping, filter or a policy has changed: every customer was read again.',
  });
  return undefined;
}

/** Saves the cursor of the last page before which every record has its result (see page-tracker.ts). */
export async function saveCheckpoint<T, P>(run: Run<T, P>, cursor: Cursor): Promise<void> {
  const { store, id, fingerprint, clock, log, onFailpoint } = run.pipeline;
  if (!movesCheckpoint(run.options)) return;
  await store.apply(id, { checkpoint: { cursor, fingerprint, savedAt: clock.now() } });
  onFailpoint?.('checkpoint-saved');
  run.cursor = cursor;
  log.debug({ read: run.tally.tallies().read }, 'checkpoint saved');
}

/** The plan has read its whole scan: the next sync starts where that ended, unless another run has moved on since. */
export async function moveToPlanned<T, P>(run: Run<T, P>): Promise<void> {
  const { store, id, fingerprint, clock } = run.pipeline;
  const { plan } = run.options;
  if (!plan || plan.to === null || run.failure || run.stopping()) return;
  const checkpoint = await store.checkpoint(id);
  if (stableJson(checkpoint?.cursor ?? null) !== stableJson(plan.from)) {
    const message = 'Another sync has ended since the plan was made. The next sync begins where that one ended.';
    return run.work.warn({ code: 'plan-overtaken', message });
  }
  await store.apply(id, { checkpoint: { cursor: plan.to, fingerprint, savedAt: clock.now() } });
  run.cursor = plan.to;
}

function movesCheckpoint({ kind, limit, keys, plan }: RunOptions): boolean {
  return kind === 'sync' && limit === undefined && keys === undefined && plan === undefined;
}
