/**
 * Jobs that we may have in flight at once. The account's limit is shared with other apps: when Zendesk says that there are
 * too many, we make do with what we have just then, and win a place back with every job that ends well.
 */
export function createJobGate(most: number) {
  let limit = most;
  let inFlight = 0;
  const waiting: (() => void)[] = [];

  function letIn(): void {
    while (inFlight < limit && waiting.length > 0) {
      inFlight += 1;
      waiting.shift()?.();
    }
  }

  return {
    async acquire(): Promise<void> {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        letIn();
      });
    },
    release(): void {
      inFlight -= 1;
      limit = Math.min(most, limit + 1);
      letIn();
    },
    /** Zendesk refused one more job. */
    shrink(): void {
      limit = Math.max(1, inFlight - 1);
    },
  };
}

export type JobGate = ReturnType<typeof createJobGate>;
