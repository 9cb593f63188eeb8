import PQueue from 'p-queue';

/**
 * Limits how many jobs we have in flight at once. Other apps use up the account's limit, too: when Zendesk says that
 * there are too many, the limit becomes the number that we have in flight without the refused one. Each job that ends
 * raises it by one again.
 */
export function createJobGate(max: number) {
  const queue = new PQueue({ concurrency: max });
  return {
    /** Runs `job` when a slot is free, and frees the slot however it ends. */
    async run<T>(job: () => Promise<T>): Promise<T> {
      return await queue.add(async () => {
        try {
          return await job();
        } finally {
          queue.concurrency = Math.min(max, queue.concurrency + 1);
        }
      });
    },
    /** Zendesk refused one more job. Called by a job that is waiting in `run`. */
    shrink(): void {
      queue.concurrency = Math.max(1, queue.pending - 1);
    },
  };
}

export type JobGate = ReturnType<typeof createJobGate>;
