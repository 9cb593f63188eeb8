/** How far a pipeline's schedule has been followed. Kept, so that a service that comes back knows what it has missed. */
export interface ScheduleMark {
  /** What was followed: another one is followed from when it was taken. Empty while there is none. */
  readonly schedule: string;
  /** Every time up to this one at which a run was due has been dealt with: its run was asked for, or counted as missed. */
  readonly handledAt: number;
  /** A run was asked for and has not come to its end. */
  readonly owed: boolean;
  /** Times at which a run was due and none was begun, in all. */
  readonly missed: number;
  readonly lastMissedAt?: number;
}
