/** Work that nobody waits for, until it is closed. */
export interface BackgroundTasks {
  /** Never throws: what fails is reported. */
  run(task: () => Promise<void>): void;
  isIdle(): boolean;
  /** Resolves when everything that was started has ended. */
  ended(): Promise<void>;
}

export function createBackgroundTasks(onFailure: (error: unknown) => void): BackgroundTasks {
  const inFlight = new Set<Promise<void>>();
  return {
    run(task) {
      const work = task().catch(onFailure);
      inFlight.add(work);
      void work.then(() => inFlight.delete(work));
    },
    isIdle: () => inFlight.size === 0,
    async ended() {
      await Promise.all(inFlight);
    },
  };
}
