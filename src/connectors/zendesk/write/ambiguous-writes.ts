import type { Clock } from '../../../core/clock.ts';
import type { CallContext } from '../../../core/domain/context.ts';
import type { TransientError } from '../../../core/domain/errors.ts';
import { assertBearable, defaultRetry } from '../../../core/http/with-retry.ts';

/**
 * Waits after a write whose response was lost, before anybody checks what became of it. The wait is shared by all
 * writes and grows until one gets a response again, so that a service that is down is not flooded.
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
