import type { Clock } from '../../../core/clock.ts';
import type { CallContext } from '../../../core/domain/context.ts';
import type { TransientError } from '../../../core/domain/errors.ts';
import { assertBearable, defaultRetry } from '../../../core/http/with-retry.ts';

/**
 * Waits after a write whose reply was lost, before anybody looks what became of it: longer each time, for all writes
 * together, until one is answered again. A service that is out is not hammered with what it does not take.
 */
export function createAmbiguousWriteBackoff({
  clock,
  random = Math.random,
}: {
  readonly clock: Clock;
  readonly random?: () => number;
}) {
  const { initialDelayMs, maxDelayMs } = defaultRetry;
  let inARow = 0;
  return {
    answered: (): void => {
      inARow = 0;
    },
    async wait(error: TransientError, { signal }: Pick<CallContext, 'signal'>): Promise<void> {
      const backoff = random() * Math.min(maxDelayMs, initialDelayMs * 2 ** inARow);
      inARow += 1;
      const waitMs = error.retryAfterMs ?? backoff;
      assertBearable(error, waitMs);
      await clock.sleep(waitMs, signal);
    },
  };
}

export type LostReplies = ReturnType<typeof createAmbiguousWriteBackoff>;
