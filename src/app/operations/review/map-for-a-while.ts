import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../../core/clock.ts';

/**
 * Maps records until so much time has passed, with a pause after each: somebody may be writing a template that never ends,
 * and the process has turns to keep meanwhile. One record takes as long as its templates may.
 */
export async function mapForAWhile<R, M>(
  records: readonly R[],
  map: (record: R) => M,
  { clock, maxMs }: { readonly clock: Pick<Clock, 'elapsed'>; readonly maxMs: number },
): Promise<readonly { readonly record: R; readonly result: M }[]> {
  const mapped: { readonly record: R; readonly result: M }[] = [];
  const since = clock.elapsed();
  for (const record of records) {
    if (clock.elapsed() - since > maxMs) break;
    mapped.push({ record, result: map(record) });
    await nextTurn();
  }
  return mapped;
}
