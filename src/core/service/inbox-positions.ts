import type { Trigger } from './events.ts';

/** Where a run stood when it started: what it may acknowledge if it ends well. */
export interface RunPositions {
  readonly received: number;
  readonly requested: number;
}

/** How far, in the inbox's order, changes were received, requested as a run, and acknowledged by one. */
export function createInboxPositions() {
  let received = 0;
  let requested = 0;
  let acknowledged = 0;
  /** Only a run that has read all changes acknowledges what was requested. */
  let needsFullSync = false;
  return {
    requested: () => requested,
    receive(upTo: number): void {
      received = Math.max(received, upTo);
    },
    request(upTo: number, { isWhole }: { readonly isWhole: boolean }): void {
      requested = upTo;
      received = Math.max(received, upTo);
      needsFullSync ||= isWhole;
    },
    atStart: (trigger: Trigger): RunPositions => ({
      received,
      requested: trigger === 'change' ? requested : acknowledged,
    }),
    /**
     * A run that read all changes acknowledges everything that was received before it started; one of some keys, what was
     * requested. Undefined: it acknowledges nothing.
     */
    acknowledge(atStart: RunPositions, { wasWhole }: { readonly wasWhole: boolean }): number | undefined {
      if (!wasWhole && needsFullSync) return undefined;
      const upTo = wasWhole ? atStart.received : atStart.requested;
      if (wasWhole && upTo >= requested) needsFullSync = false;
      acknowledged = Math.max(acknowledged, upTo);
      requested = Math.max(requested, acknowledged);
      return acknowledged;
    },
    /** Something was requested and is not acknowledged. */
    isOpen: () => requested > acknowledged,
    /** Whether something was received that no run has acknowledged. */
    isPending: () => Math.max(received, requested) > acknowledged,
    /** Requests again whatever is not acknowledged. False: there is nothing. */
    reopen(): boolean {
      const isOpen = requested > acknowledged;
      if (isOpen) requested = acknowledged;
      return isOpen;
    },
  };
}
