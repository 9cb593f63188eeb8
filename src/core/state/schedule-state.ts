/** How far the service has followed a pipeline's schedule. Stored, so that a service that starts again knows which runs it missed. */
export interface ScheduleState {
  /** The schedule that was followed. A different one is followed from the moment it is set. Empty while there is none. */
  readonly schedule: string;
  /** Every due time up to this one was handled: its run was queued, or counted as missed. */
  readonly lastHandledAt: number;
  /** A run was queued and has not ended. */
  readonly runPending: boolean;
  /** How many due times had no run of their own, in all. */
  readonly missed: number;
  readonly lastMissedAt?: number;
}
