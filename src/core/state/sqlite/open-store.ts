import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { PipelineId, PipelineIdentity } from '../../domain/pipeline.ts';
import type { DirectoryHead } from '../../domain/user.ts';
import type { StateStore } from '../store.ts';
import { createAlertTables } from './alerts.ts';
import { createApply } from './apply.ts';
import { createForget } from './forget.ts';
import { createInbox } from './inbox.ts';
import { createLoad } from './load.ts';
import { copyDatabase, openDatabase, stateError } from './open-database.ts';
import { createCount, createQuery, transaction } from './query.ts';
import {
  batchOf,
  deadLetterOf,
  deferredOf,
  json,
  linkOf,
  number,
  pendingOf,
  type Row,
  recordOf,
  text,
} from './rows.ts';
import { createRuns } from './runs.ts';
import { createSchedules } from './schedules.ts';

const deepestParent = 50;

const rankRoots = `
  UPDATE waiting SET depth = (parent IS NOT NULL) WHERE pipeline = ?1 AND stage = 'deferred'
  AND NOT EXISTS (SELECT 1 FROM waiting p WHERE p.pipeline = ?1 AND p.stage = 'deferred' AND p.key = waiting.parent)`;
const rankBelow = `
  UPDATE waiting INDEXED BY waiting_by_parent SET depth = ?2 + 1 WHERE pipeline = ?1 AND stage = 'deferred' AND depth > ?2 + 1
  AND parent IN (
    SELECT key FROM waiting INDEXED BY waiting_in_order WHERE pipeline = ?1 AND stage = 'deferred' AND depth = ?2
  )`;

/** The state in one SQLite file. One process writes at a time: the caller holds the lease. */
export async function openSqliteStore({
  path,
  clock,
}: {
  readonly path: string;
  readonly clock: Clock;
}): Promise<StateStore> {
  const database = openDatabase(path);
  try {
    return createStore(database, { path, clock, destinations: new Map() });
  } catch (error) {
    database.close();
    throw stateError(error, `The state file ${path} is not one of Rolodesk's`);
  }
}

function createStore(
  database: DatabaseSync,
  {
    path,
    clock,
    destinations,
  }: { readonly path: string; readonly clock: Clock; readonly destinations: Map<PipelineId, string> },
): StateStore {
  database.exec(
    'CREATE TEMP TABLE unchanged (run TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID',
  );
  const destinationOf = (pipeline: PipelineId): string => destinations.get(pipeline) ?? '';
  const apply = createApply(database, destinationOf);
  const load = createLoad(database, destinationOf);
  const rows = createQuery(database);

  function openPipeline({
    name,
    sourceConnector,
    sourceOrigin,
    sourceAccount,
    destinationOrigin,
  }: PipelineIdentity): PipelineId {
    const values = [name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin];
    const where =
      'name = ? AND source_connector = ? AND source_origin = ? AND source_account = ? AND destination_origin = ?';
    const find = (): Row | undefined => rows(`SELECT id FROM pipelines WHERE ${where}`, values)[0];
    if (!find()) {
      const columns = 'name, source_connector, source_origin, source_account, destination_origin';
      rows(`INSERT INTO pipelines (${columns}) VALUES (?, ?, ?, ?, ?)`, values);
    }
    const id = number(find() ?? {}, 'id');
    destinations.set(id, destinationOrigin);
    return id;
  }

  function keyed(
    table: string,
    pipeline: PipelineId,
    query: { after?: string; limit: number; keys?: readonly string[] },
    more = '',
  ): Row[] {
    const keys = query.keys ? ` AND key IN (SELECT value FROM json_each(?))` : '';
    const values = [pipeline, query.after ?? '', ...(query.keys ? [JSON.stringify(query.keys)] : []), query.limit];
    return rows(`SELECT * FROM ${table} WHERE pipeline = ? AND key > ?${keys}${more} ORDER BY key LIMIT ?`, values);
  }

  const count = createCount(rows);

  return onlyIfUnchanged({
    openPipeline: async (identity) => openPipeline(identity),
    load: async (pipeline, query) => load(pipeline, query),
    apply: async (pipeline, changes) => transaction(database, () => apply(pipeline, changes)),

    async pauseReason(pipeline) {
      const row = rows('SELECT hold FROM pipelines WHERE id = ? AND hold IS NOT NULL', [pipeline])[0];
      return row && text(row, 'hold');
    },
    async setPause(pipeline, reason) {
      rows('UPDATE pipelines SET hold = ? WHERE id = ?', [reason ?? null, pipeline]);
    },

    async facts(pipeline) {
      const row = rows('SELECT facts FROM facts WHERE destination = ?', [destinationOf(pipeline)])[0];
      return row && json(row, 'facts');
    },
    async saveFacts(pipeline, facts) {
      rows('INSERT OR REPLACE INTO facts (destination, facts) VALUES (?, ?)', [
        destinationOf(pipeline),
        JSON.stringify(facts),
      ]);
    },

    async checkpoint(pipeline) {
      const row = rows('SELECT * FROM checkpoints WHERE pipeline = ?', [pipeline])[0];
      return (
        row && { cursor: json(row, 'cursor'), fingerprint: text(row, 'fingerprint'), savedAt: number(row, 'saved_at') }
      );
    },
    async directory(pipeline): Promise<DirectoryHead | undefined> {
      const row = rows('SELECT * FROM directories WHERE destination = ?', [destinationOf(pipeline)])[0];
      const fields = row && json(row, 'fields');
      const names = Array.isArray(fields) ? fields.filter((name): name is string => typeof name === 'string') : [];
      return row && { cursor: json(row, 'cursor'), fields: names, filledAt: number(row, 'filled_at') };
    },
    clearDirectory: async (pipeline) =>
      transaction(database, () => {
        rows('DELETE FROM directories WHERE destination = ?', [destinationOf(pipeline)]);
        rows('DELETE FROM users WHERE destination = ? AND active = 1', [destinationOf(pipeline)]);
      }),
    openBatches: async (pipeline) =>
      rows('SELECT * FROM batches WHERE pipeline = ? ORDER BY requested_at', [pipeline]).map(batchOf),

    nextSequence: async (pipeline) =>
      count('SELECT coalesce(max(sequence), 0) + 1 AS n FROM waiting WHERE pipeline = ?', [pipeline]),
    rankDeferred: async (pipeline) =>
      transaction(database, () => {
        // Rows that no chain reaches stand in a circle: they come last.
        rows("UPDATE waiting SET depth = ? WHERE pipeline = ? AND stage = 'deferred'", [deepestParent + 1, pipeline]);
        rows(rankRoots, [pipeline]);
        for (let depth = 0; depth < deepestParent; depth += 1) {
          rows(rankBelow, [pipeline, depth]);
          if (depth > 0 && count('SELECT changes() AS n', []) === 0) break;
        }
      }),
    async deferred(pipeline, { stage, after, limit }) {
      const { depth, sequence } = after ?? { depth: -1, sequence: 0 };
      const sql =
        'SELECT * FROM waiting INDEXED BY waiting_in_order WHERE pipeline = ? AND stage = ? AND (depth, sequence) > (?, ?) ORDER BY depth, sequence LIMIT ?';
      return rows(sql, [pipeline, stage, depth, sequence, limit]).map(deferredOf);
    },
    deferredCount: async (pipeline, stage) =>
      count('SELECT count(*) AS n FROM waiting INDEXED BY waiting_in_order WHERE pipeline = ? AND stage = ?', [
        pipeline,
        stage,
      ]),
    async due(pipeline, { limit }) {
      const letters = 'SELECT key, record FROM dead_letters WHERE pipeline = ?1 AND due = 1';
      const pending = 'SELECT key, record FROM pending WHERE pipeline = ?1 AND due = 1';
      return rows(`${letters} UNION ${pending} ORDER BY key LIMIT ?2`, [pipeline, limit]).map(recordOf);
    },

    deadLetters: async (pipeline, query) => keyed('dead_letters', pipeline, query).map(deadLetterOf),
    async pending(pipeline, { reason, ...query }) {
      const more = reason === undefined ? '' : ` AND reason = '${reason.replaceAll("'", "''")}'`;
      return keyed('pending', pipeline, query, more).map(pendingOf);
    },
    links: async (pipeline, query) => keyed('links', pipeline, query).map(linkOf),
    async unseen(pipeline, { run, deactivated, after, limit }) {
      const sql = `SELECT * FROM links l WHERE pipeline = ?1 AND key > ?2
        AND deactivated IS NOT ?5 AND deactivated IS NOT 'delete'
        AND NOT EXISTS (SELECT 1 FROM temp.unchanged WHERE run = ?3 AND key = l.key)
        AND NOT EXISTS (SELECT 1 FROM results WHERE run = ?3 AND key = l.key)
        AND NOT EXISTS (SELECT 1 FROM waiting WHERE pipeline = ?1 AND key = l.key)
        ORDER BY key LIMIT ?4`;
      return rows(sql, [pipeline, after ?? '', run, limit, deactivated]).map(linkOf);
    },
    async counts(pipeline) {
      const reasons = rows('SELECT reason, count(*) AS n FROM pending WHERE pipeline = ? GROUP BY reason', [pipeline]);
      return {
        links: count('SELECT count(*) AS n FROM links WHERE pipeline = ?', [pipeline]),
        activeLinks: count('SELECT count(*) AS n FROM links WHERE pipeline = ? AND deactivated IS NULL', [pipeline]),
        deadLetters: count('SELECT count(*) AS n FROM dead_letters WHERE pipeline = ?', [pipeline]),
        pending: Object.fromEntries(reasons.map((row) => [text(row, 'reason'), number(row, 'n')])),
        deferred: count('SELECT count(*) AS n FROM waiting WHERE pipeline = ?', [pipeline]),
        openBatches: count('SELECT count(*) AS n FROM batches WHERE pipeline = ?', [pipeline]),
        directoryUsers: count('SELECT count(*) AS n FROM users WHERE destination = ?', [destinationOf(pipeline)]),
      };
    },

    ...createSchedules(rows),
    ...createAlertTables({ database, rows }),
    ...createInbox({ database, rows, count }),
    ...createRuns({ database, rows, count, clock }),
    ...createForget({ database, rows, count, destinationOf, path }),
    async fork() {
      const copy = copyDatabase(database, path);
      const store = createStore(copy.database, { path: copy.path, clock, destinations: new Map(destinations) });
      return {
        ...store,
        close: async () => {
          await store.close();
          copy.remove();
        },
      };
    },
    close: async () => database.close(),
  });
}

/** Every failure of the file comes out as a StateError that says what to do. */
function onlyIfUnchanged(store: StateStore): StateStore {
  return new Proxy(store, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        try {
          return await Reflect.apply(method, target, given);
        } catch (error) {
          throw isSqlite(error) ? stateError(error, 'The state cannot be read or written') : error;
        }
      };
    },
  });
}

function isSqlite(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}
