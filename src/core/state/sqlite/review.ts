import { customerConditions, deletionPatterns } from '../customer-conditions.ts';
import type { ReviewStore } from '../review-store.ts';
import { json, number, outcomeOf, text } from '../rows.ts';
import type { Statements } from './query.ts';

export function createReview({ rows, write, transaction }: Statements): ReviewStore {
  return {
    async reasons(run) {
      const sql = `SELECT outcome, code, count(*) AS n, sum(changes IS NOT NULL AND (changes LIKE ?2 OR changes LIKE ?3)) AS deleted
        FROM results WHERE run = ?1 GROUP BY outcome, code ORDER BY n DESC, outcome, code`;
      return rows(sql, [run, ...deletionPatterns]).map((row) => ({
        outcome: outcomeOf(row),
        code: row.code === null ? undefined : text(row, 'code'),
        count: number(row, 'n'),
        deleted: number(row, 'deleted'),
      }));
    },
    async rejectCounts(pipeline) {
      const sql = 'SELECT code, count(*) AS n FROM dead_letters WHERE pipeline = ? GROUP BY code ORDER BY code';
      return Object.fromEntries(rows(sql, [pipeline]).map((row) => [text(row, 'code'), number(row, 'n')]));
    },
    async customerKeys(pipeline, { search, after, limit }) {
      const parts = customerConditions(search);
      const one = ({ table, condition }: (typeof parts)[number]): string =>
        `SELECT key FROM ${table} WHERE pipeline = ? AND key > ? AND (${condition})`;
      const values = parts.flatMap((part) => [pipeline, after, ...part.values]);
      const sql = `${parts.map(one).join(' UNION ')} ORDER BY key LIMIT ?`;
      return rows(sql, [...values, limit]).map((row) => text(row, 'key'));
    },
    async addPlanChanges(pipeline, plan, changes) {
      const sql = 'INSERT INTO plan_changes (pipeline, plan, position, key, action, value) VALUES (?, ?, ?, ?, ?, ?)';
      transaction((run) => {
        for (const { position, key, action, value } of changes)
          run(sql, [pipeline, plan, position, key, action, JSON.stringify(value)]);
      });
    },
    async planChanges(pipeline, plan, { action, after, limit }) {
      const values = [pipeline, plan, after, ...(action === undefined ? [] : [action]), limit];
      const sql = `SELECT * FROM plan_changes WHERE pipeline = ? AND plan = ? AND position > ?
        ${action === undefined ? '' : 'AND action = ?'} ORDER BY position LIMIT ?`;
      return rows(sql, values).map((row) => ({
        position: number(row, 'position'),
        key: text(row, 'key'),
        action: text(row, 'action'),
        value: json(row, 'value'),
      }));
    },
    async dropPlan(pipeline, plan) {
      write('DELETE FROM plan_changes WHERE pipeline = ? AND plan = ?', [pipeline, plan]);
    },
  };
}
