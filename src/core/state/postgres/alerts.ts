import type { AlertStore } from '../alert-store.ts';
import { json, number, text } from '../rows.ts';
import { tables } from '../tables.ts';
import { insert, type Statements, upsert } from './statements.ts';

/** The database gives the id. */
const { id: _, ...messageColumns } = tables.alertMessages.columns;

export function createAlertTables({ rows, write }: Statements): AlertStore {
  return {
    async ruleStates(pipeline) {
      const found = await rows('SELECT * FROM rolodesk.alert_rules WHERE pipeline = $1 ORDER BY rule', [pipeline]);
      return found.map((row) => ({
        rule: text(row, 'rule'),
        memory: json(row, 'memory'),
        ...(row.open_since !== null && { openSince: number(row, 'open_since') }),
      }));
    },
    async saveRules(pipeline, { rules, messages }) {
      const states = rules.map(({ rule, memory, openSince }) => [
        pipeline,
        rule,
        JSON.stringify(memory),
        openSince ?? null,
      ]);
      const queued = messages.map(({ target, message, at }) => [pipeline, target, JSON.stringify(message), at, 0, at]);
      await write([
        upsert(tables.alertRules, states),
        insert({ name: tables.alertMessages.name, columns: messageColumns }, queued),
      ]);
    },
    async queuedMessages(pipeline) {
      const queued = await rows('SELECT * FROM rolodesk.alert_messages WHERE pipeline = $1 ORDER BY id', [pipeline]);
      return queued.map((row) => ({
        id: number(row, 'id'),
        target: text(row, 'target'),
        message: json(row, 'message'),
        at: number(row, 'at'),
        attempts: number(row, 'attempts'),
        dueAt: number(row, 'due_at'),
      }));
    },
    async postponeMessage(id, { attempts, dueAt }) {
      await write([
        {
          text: 'UPDATE rolodesk.alert_messages SET attempts = $2, due_at = $3 WHERE id = $1',
          values: [id, attempts, dueAt],
        },
      ]);
    },
    async dropMessage(id) {
      await write([{ text: 'DELETE FROM rolodesk.alert_messages WHERE id = $1', values: [id] }]);
    },
  };
}
