import { number, text } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { Statements } from './query.ts';

/** How far schedules have been followed. */
export function createSchedules({ rows, write }: Statements): Pick<StateStore, 'schedule' | 'saveSchedule'> {
  return {
    async schedule(pipeline) {
      const row = rows('SELECT * FROM schedules WHERE pipeline = ?', [pipeline])[0];
      return (
        row && {
          schedule: text(row, 'schedule'),
          lastHandledAt: number(row, 'handled_at'),
          runPending: number(row, 'run_pending') === 1,
          missed: number(row, 'missed'),
          ...(row.last_missed_at !== null && { lastMissedAt: number(row, 'last_missed_at') }),
        }
      );
    },
    async saveSchedule(pipeline, { schedule, lastHandledAt, runPending, missed, lastMissedAt }) {
      const columns = 'pipeline, schedule, handled_at, run_pending, missed, last_missed_at';
      const values = [pipeline, schedule, lastHandledAt, Number(runPending), missed, lastMissedAt ?? null];
      write(`INSERT OR REPLACE INTO schedules (${columns}) VALUES (?, ?, ?, ?, ?, ?)`, values);
    },
  };
}
