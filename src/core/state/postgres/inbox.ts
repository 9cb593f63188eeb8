import type { Inbox } from '../inbox.ts';
import { number, text } from '../rows.ts';
import type { Statements } from './statements.ts';

/** Whoever adds to a pipeline's inbox waits for whoever else does: an event's place in the order is final when it is visible. */
const inTurn = 'SELECT id FROM rolodesk.pipelines WHERE id = $1 FOR NO KEY UPDATE';

const add = `
  WITH added AS (
    INSERT INTO rolodesk.inbox (pipeline, id, key, kind, sequence, received_at)
    SELECT $1, n.id, n.key, n.kind, last.sequence + row_number() OVER (ORDER BY n.place), $5
    FROM (
      SELECT DISTINCT ON (id, key) id, key, kind, place
      FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS given (id, key, kind, place) ORDER BY id, key, place
    ) n
    CROSS JOIN (SELECT coalesce(max(sequence), 0) AS sequence FROM rolodesk.inbox WHERE pipeline = $1) last
    WHERE NOT EXISTS (SELECT 1 FROM rolodesk.inbox i WHERE i.pipeline = $1 AND i.id = n.id AND i.key = n.key)
    RETURNING 1
  ) SELECT count(*) AS n FROM added`;

/** Of one moment: what is counted up to a place is all that was received up to there. */
const pendingUpTo = `
  WITH waiting AS MATERIALIZED (
    SELECT key, kind, sequence FROM rolodesk.inbox WHERE pipeline = $1 AND processed_at IS NULL AND sequence > $2
  ), total AS (
    SELECT count(DISTINCT key) AS keys, count(*) FILTER (WHERE kind = 'gone') AS gone, coalesce(max(sequence), 0) AS last FROM waiting
  ), changed AS (
    SELECT key, min(sequence) AS first FROM waiting WHERE kind = 'changed' GROUP BY key ORDER BY first LIMIT $3
  )
  SELECT total.*, changed.key FROM total LEFT JOIN changed ON true ORDER BY changed.first`;

export function createInbox({ rows, write }: Statements): Inbox {
  return {
    async addChanges(pipeline, changes, at) {
      const columns = [changes.map(({ id }) => id), changes.map(({ key }) => key), changes.map(({ kind }) => kind)];
      const [, added = [], last = []] = await write([
        { text: inTurn, values: [pipeline] },
        { text: add, values: [pipeline, ...columns, at] },
        { text: 'SELECT coalesce(max(sequence), 0) AS n FROM rolodesk.inbox WHERE pipeline = $1', values: [pipeline] },
      ]);
      return { added: number(added[0] ?? {}, 'n'), upTo: number(last[0] ?? {}, 'n') };
    },
    async pendingChanges(pipeline, { after, limit }) {
      const found = await rows(pendingUpTo, [pipeline, after, limit]);
      const total = found[0] ?? {};
      return {
        changed: found.flatMap((row) => (row.key === null ? [] : text(row, 'key'))),
        keys: number(total, 'keys'),
        gone: number(total, 'gone') > 0,
        upTo: number(total, 'last'),
      };
    },
    async acknowledgeChanges(pipeline, upTo, at) {
      await write([
        {
          text: 'UPDATE rolodesk.inbox SET processed_at = $3 WHERE pipeline = $1 AND processed_at IS NULL AND sequence <= $2',
          values: [pipeline, upTo, at],
        },
      ]);
    },
    async pruneChanges(pipeline, before) {
      // The latest stays: sequences only ever rise.
      await write([
        {
          text: `DELETE FROM rolodesk.inbox WHERE pipeline = $1 AND processed_at < $2
            AND sequence < (SELECT max(sequence) FROM rolodesk.inbox WHERE pipeline = $1)`,
          values: [pipeline, before],
        },
      ]);
    },
  };
}
