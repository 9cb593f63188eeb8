import PQueue, { type QueueAddOptions } from 'p-queue';
import { FairQueue } from '../../../core/http/fair-queue.ts';
import type { SharedResources } from '../../../core/http/shared-resources.ts';

/**
 * Limits how many jobs we have in flight at once. Other apps use up the account's limit, too: when Zendesk says that
 * there are too many, the limit becomes the number that we have in flight without the refused one. Each job that ends
 * raises it by one again.
 */
export function createJobGate(max: number) {
  const queue = new PQueue<FairQueue, QueueAddOptions & { tenant?: string }>({
    concurrency: max,
    queueClass: FairQueue,
  });
  const raise = (): void => {
    queue.concurrency = Math.min(max, queue.concurrency + 1);
  };
  return {
    /** Runs `job` when a slot is free, and frees the slot however it ends. Pipelines with jobs that wait take turns. */
    async run<T>(job: () => Promise<T>, tenant = ''): Promise<T> {
      return await queue.add(
        async () => {
          try {
            return await job();
          } finally {
            raise();
          }
        },
        { tenant },
      );
    },
    /** Resolves when a slot is free, and holds it until `leave`. */
    async hold(tenant = ''): Promise<{ leave(): void }> {
      const { promise: left, resolve: leave } = Promise.withResolvers<void>();
      await new Promise<void>((entered) => {
        void queue.add(
          async () => {
            entered();
            await left;
            raise();
          },
          { tenant },
        );
      });
      return { leave };
    },
    /** Whether a job waits for a slot. */
    isWanted: (): boolean => queue.size > 0,
    /** Zendesk refused one more job. Called by a job that is waiting in `run`. */
    shrink(): void {
      queue.concurrency = Math.max(1, queue.pending - 1);
    },
  };
}

export type JobGate = ReturnType<typeof createJobGate>;

/** The gate of an account, or a separate one for a pipeline that shares it with no other. */
export function sharedJobGate(
  budgets: SharedResources | undefined,
  { account, max }: { readonly account: string; readonly max: number },
): JobGate {
  if (!budgets) return createJobGate(max);
  const gate = budgets.share(createJobGate, `${account} ${max}`, max);
  const { tenant } = budgets;
  return { ...gate, run: (job) => gate.run(job, tenant), hold: () => gate.hold(tenant) };
}
