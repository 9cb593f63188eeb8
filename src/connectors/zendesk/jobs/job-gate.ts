import PQueue from 'p-queue';

/**
 * Jobs that we may have in flight at once. Other apps use up the account's limit, too: when Zendesk says that there are too
 * many, the limit becomes what we have just then without the refused one, and every job that ends wins a place back.
 */
export function createJobGate(max: number) {
  const queue = new PQueue({ concurrency: max });
  return {
    /** Runs `job` when there is a place, and frees the place however it ends. */
    async run<T>(job: () => Promise<T>): Promise<T> {
      return await queue.add(async () => {
        try {
          return await job();
        } finally {
          queue.concurrency = Math.min(max, queue.concurrency + 1);
        }
      });
    },
    /** Zendesk refused one more job. Called by a job that waits in `run`. */
    shrink(): void {
      queue.concurrency = Math.max(1, queue.pending - 1);
    },
  };
}

export type JobGate = ReturnType<typeof createJobGate>;
