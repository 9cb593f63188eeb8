import { ConfigError } from '../domain/errors.ts';
import type { Pipeline } from '../pipeline/types.ts';

/**
 * After an undo nothing is written until somebody says so: the schedule would redo by night what was undone by day. With
 * `resume` the hold ends and the next read begins from nothing, so that everything is decided again. Throws ConfigError.
 */
export async function assertNotPaused<T, P>(
  { store, id, fingerprint, clock }: Pick<Pipeline<T, P>, 'store' | 'id' | 'fingerprint' | 'clock'>,
  { resume }: { readonly resume: boolean },
): Promise<void> {
  const pauseReason = await store.pauseReason(id);
  if (pauseReason === undefined) return;
  if (!resume)
    throw new ConfigError(`Syncs are paused: ${pauseReason} Nothing is written until you resume.`, {
      code: 'syncs-paused',
      hint: 'Find out what a sync would do, then resume.',
      remedy: { kind: 'resume' },
    });
  await store.apply(id, { checkpoint: { cursor: null, fingerprint, savedAt: clock.now() } });
  await store.setPause(id, undefined);
}
