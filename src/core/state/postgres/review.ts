import { customerConditions, deletionPatterns } from '../customer-conditions.ts';
import type { ReviewStore } from '../review-store.ts';
import { json, number, outcomeOf, text } from '../rows.ts';
import { insert, type Statements } from './statements.ts';

const planTable = {
  name: 'plan_changes',
  columns: { pipeline: 'integer', plan: 'text', position: 'integer', key: 'text', action: 'text', value: 'text' },
} as const;

export function createReview({ rows, write }: Statements): ReviewStore {
  return {
    async reasons(run) {
      const sql = `SELECT outcome, code, count(*) AS n, count(*) FILTER (WHERE changes LIKE $2 OR changes LIKE $3) AS deleted
        FROM rolodesk.results WHERE run = $1 GROUP BY outcome, code ORDER BY n DESC, outcome, code NULLS FIRST`;
      return (await rows(sql, [run, ...deletionPatterns])).map((row) => ({
        outcome: outcomeOf(row),
        code: row.code === null ? undefined : text(row, 'code'),
        count: number(row, 'n'),
        deleted: number(row, 'deleted'),
      }));
    },
    async rejectCounts(pipeline) {
      const sql =
        'SELECT code, count(*) AS n FROM rolodesk.dead_letters WHERE pipeline = $1 GROUP BY code ORDER BY code COLLATE "C"';
      const found = await rows(sql, [pipeline]);
      return Object.fromEntries(found.map((row) => [text(row, 'code'), number(row, 'n')]));
    },
    async customerKeys(pipeline, { search, after, limit }) {
      const values: (string | number)[] = [pipeline, after, limit];
      const parameter = (value: string): string => `$${values.push(value)}`;
      const parts = customerConditions(search).map(({ table, condition, values: own }) => {
        const given = [...own];
        const numbered = condition.replaceAll('?', () => parameter(given.shift() ?? ''));
        return `SELECT key FROM rolodesk.${table} WHERE pipeline = $1 AND key > $2 AND (${numbered})`;
      });
      return (await rows(`${parts.join(' UNION ')} ORDER BY key LIMIT $3`, values)).map((row) => text(row, 'key'));
    },
    async addPlanChanges(pipeline, plan, changes) {
      const given = changes.map(({ position, key, action, value }) => [
        pipeline,
        plan,
        position,
        key,
        action,
        JSON.stringify(value),
      ]);
      await write(given.length > 0 ? [insert(planTable, given)] : []);
    },
    async planChanges(pipeline, plan, { action, after, limit }) {
      const sql = `SELECT * FROM rolodesk.plan_changes WHERE pipeline = $1 AND plan = $2 AND position > $3
        AND ($5::text IS NULL OR action = $5) ORDER BY position LIMIT $4`;
      return (await rows(sql, [pipeline, plan, after, limit, action ?? null])).map((row) => ({
        position: number(row, 'position'),
        key: text(row, 'key'),
        action: text(row, 'action'),
        value: json(row, 'value'),
      }));
    },
    async dropPlan(pipeline, plan) {
      await write([
        { text: 'DELETE FROM rolodesk.plan_changes WHERE pipeline = $1 AND plan = $2', values: [pipeline, plan] },
      ]);
    },
  };
}
