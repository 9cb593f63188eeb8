import { number, text } from '../rows.ts';
import type { StateStore } from '../store.ts';
import { tables } from '../tables.ts';
import { type Statements, upsert } from './statements.ts';

/** How far schedules have been followed. */
export function createSchedules({ rows, write }: Statements): Pick<StateStore, 'schedule' | 'saveSchedule'> {
  return {
    async schedule(pipeline) {
      const [row] = await rows('SELECT * FROM rolodesk.schedules WHERE pipeline = $1', [pipeline]);
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
      const row = [pipeline, schedule, lastHandledAt, Number(runPending), missed, lastMissedAt ?? null];
      await write([upsert(tables.schedules, [row])]);
    },
  };
}
