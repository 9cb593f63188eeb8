import type { QueueAddOptions } from 'p-queue';

interface DeferredRecord {
  readonly run: () => Promise<unknown>;
  readonly id: string | undefined;
  readonly turn: string;
  priority: number;
}

type Place = Readonly<Partial<QueueAddOptions>> & {
  /** Who waits. */
  readonly turn?: string;
};

/**
 * Who waits for a throttle: the most urgent first, and of those as urgent the one who has gone without for longest, however
 * many others wait for somebody else. A class because p-queue makes it (`queueClass`).
 */
export class FairQueue {
  #waiting: DeferredRecord[] = [];
  /** Who was served, the last one last. */
  #served: string[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  enqueue(run: () => Promise<unknown>, { id, priority = 0, turn = '' }: Place = {}): void {
    this.#waiting.push({ run, id, priority, turn });
  }

  dequeue(): (() => Promise<unknown>) | undefined {
    let best: DeferredRecord | undefined;
    for (const one of this.#waiting) if (!best || this.#goesBefore(one, best)) best = one;
    if (!best) return undefined;
    const { turn, run } = best;
    this.#waiting.splice(this.#waiting.indexOf(best), 1);
    this.#served = [...this.#served.filter((other) => other !== turn), turn];
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

  #goesBefore(one: DeferredRecord, other: DeferredRecord): boolean {
    if (one.priority !== other.priority) return one.priority > other.priority;
    return this.#served.indexOf(one.turn) < this.#served.indexOf(other.turn);
  }
}
