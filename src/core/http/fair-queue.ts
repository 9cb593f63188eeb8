import type { QueueAddOptions } from 'p-queue';

interface QueuedTask {
  readonly run: () => Promise<unknown>;
  readonly id: string | undefined;
  readonly tenant: string;
  priority: number;
}

type Place = Readonly<Partial<QueueAddOptions>> & {
  /** On whose behalf, such as the pipeline. */
  readonly tenant?: string;
};

/**
 * Who waits for a throttle: the most urgent first, and of equally urgent ones the tenant that was served least recently, however
 * many tasks other tenants have. A class because p-queue makes it (`queueClass`).
 */
export class FairQueue {
  #waiting: QueuedTask[] = [];
  /** Who was served, the last one last. */
  #served: string[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  enqueue(run: () => Promise<unknown>, { id, priority = 0, tenant = '' }: Place = {}): void {
    this.#waiting.push({ run, id, priority, tenant });
  }

  dequeue(): (() => Promise<unknown>) | undefined {
    let best: QueuedTask | undefined;
    for (const one of this.#waiting) if (!best || this.#goesBefore(one, best)) best = one;
    if (!best) return undefined;
    const { tenant, run } = best;
    this.#waiting.splice(this.#waiting.indexOf(best), 1);
    this.#served = [...this.#served.filter((other) => other !== tenant), tenant];
    return run;
  }

  filter({ priority = 0 }: Place): (() => Promise<unknown>)[] {
    return this.#waiting.filter((one) => one.priority === priority).map(({ run }) => run);
  }

  setPriority(id: string, priority: number): void {
    for (const one of this.#waiting) if (one.id === id) one.priority = priority;
  }

  remove(id: string | (() => Promise<unknown>)): void {
    this.#waiting = this.#waiting.filter((one) => one.id !== id && one.run !== id);
  }

  #goesBefore(one: QueuedTask, other: QueuedTask): boolean {
    if (one.priority !== other.priority) return one.priority > other.priority;
    return this.#served.indexOf(one.tenant) < this.#served.indexOf(other.tenant);
  }
}
