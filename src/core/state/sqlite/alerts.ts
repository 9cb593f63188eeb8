import type { AlertStore } from '../alert-store.ts';
import { json, number, text } from '../rows.ts';
import type { Statements } from './query.ts';

export function createAlertTables({ rows, write, transaction }: Statements): AlertStore {
  return {
    ruleStates: async (pipeline) =>
      rows('SELECT * FROM alert_rules WHERE pipeline = ? ORDER BY rule', [pipeline]).map((row) => ({
        rule: text(row, 'rule'),
        memory: json(row, 'memory'),
        ...(row.open_since !== null && { openSince: number(row, 'open_since') }),
      })),
    async saveRules(pipeline, { rules, messages }) {
      transaction((run) => {
        for (const { rule, memory, openSince } of rules)
          run('INSERT OR REPLACE INTO alert_rules (pipeline, rule, memory, open_since) VALUES (?, ?, ?, ?)', [
            pipeline,
            rule,
            JSON.stringify(memory),
            openSince ?? null,
          ]);
        for (const { target, message, at } of messages)
          run(
            'INSERT INTO alert_messages (pipeline, target, message, at, attempts, due_at) VALUES (?, ?, ?, ?, 0, ?)',
            [pipeline, target, JSON.stringify(message), at, at],
          );
      });
    },
    queuedMessages: async (pipeline) =>
      rows('SELECT * FROM alert_messages WHERE pipeline = ? ORDER BY id', [pipeline]).map((row) => ({
        id: number(row, 'id'),
        target: text(row, 'target'),
        message: json(row, 'message'),
        at: number(row, 'at'),
        attempts: number(row, 'attempts'),
        dueAt: number(row, 'due_at'),
      })),
    async postponeMessage(id, { attempts, dueAt }) {
      write('UPDATE alert_messages SET attempts = ?, due_at = ? WHERE id = ?', [attempts, dueAt, id]);
    },
    async dropMessage(id) {
      write('DELETE FROM alert_messages WHERE id = ?', [id]);
    },
  };
}
