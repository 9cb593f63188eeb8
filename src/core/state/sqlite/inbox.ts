import type { PipelineId } from '../../domain/pipeline.ts';
import type { Inbox } from '../inbox.ts';
import { number, text } from '../rows.ts';
import type { Statements } from './query.ts';

export function createInbox({ rows, count, write, transaction }: Statements): Inbox {
  const pending = 'FROM inbox WHERE pipeline = ? AND processed_at IS NULL AND sequence > ?';
  const latest = (pipeline: PipelineId): number =>
    count('SELECT coalesce(max(sequence), 0) AS n FROM inbox WHERE pipeline = ?', [pipeline]);
  return {
    async addChanges(pipeline, changes, at) {
      let added = 0;
      transaction((run) => {
        for (const { id, key, kind } of changes) {
          run(
            `INSERT OR IGNORE INTO inbox (pipeline, id, key, kind, sequence, received_at)
             VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(sequence), 0) + 1 FROM inbox WHERE pipeline = ?1), ?5)`,
            [pipeline, id, key, kind, at],
          );
          added += count('SELECT changes() AS n', []);
        }
      });
      return { added, upTo: latest(pipeline) };
    },
    async pendingChanges(pipeline, { after, limit }) {
      // First how far it goes: what another process adds between these statements is not counted as looked at.
      const [last] = rows(`SELECT coalesce(max(sequence), 0) AS last ${pending}`, [pipeline, after]);
      const upTo = number(last ?? {}, 'last');
      const within = `${pending} AND sequence <= ?`;
      const changed = rows(
        `SELECT key, min(sequence) AS first ${within} AND kind = 'changed' GROUP BY key ORDER BY first LIMIT ?`,
        [pipeline, after, upTo, limit],
      );
      return {
        changed: changed.map((row) => text(row, 'key')),
        keys: count(`SELECT count(DISTINCT key) AS n ${within}`, [pipeline, after, upTo]),
        gone: count(`SELECT count(*) AS n ${within} AND kind = 'gone'`, [pipeline, after, upTo]) > 0,
        upTo,
      };
    },
    async acknowledgeChanges(pipeline, upTo, at) {
      write('UPDATE inbox SET processed_at = ? WHERE pipeline = ? AND processed_at IS NULL AND sequence <= ?', [
        at,
        pipeline,
        upTo,
      ]);
    },
    async pruneChanges(pipeline, before) {
      // The latest stays: sequences only ever rise.
      write(
        'DELETE FROM inbox WHERE pipeline = ?1 AND processed_at < ?2 AND sequence < (SELECT max(sequence) FROM inbox WHERE pipeline = ?1)',
        [pipeline, before],
      );
    },
  };
}
