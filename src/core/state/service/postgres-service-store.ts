import type { Clock } from '../../clock.ts';
import type { Database, Statement } from '../postgres/connection/database.ts';
import { json, type Row, text } from '../rows.ts';
import type { ServiceEntry, ServiceEntryKind, ServiceStore } from './service-store.ts';

/** The name under which the version of a kind is kept. No entry has it: names are not empty. */
const versionName = '';

const put = `INSERT INTO rolodesk.service_entries (kind, name, value, written_at)
  SELECT kind, name, value, $4::bigint FROM unnest($1::text[], $2::text[], $3::text[]) AS given (kind, name, value)
  ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value, written_at = excluded.written_at`;
const drop = `DELETE FROM rolodesk.service_entries e USING unnest($1::text[], $2::text[]) AS given (kind, name)
  WHERE e.kind = given.kind AND e.name = given.name`;
/** In the order of the kinds, so that two who change several do not wait for each other. */
const raise = `INSERT INTO rolodesk.service_entries (kind, name, value, written_at)
  SELECT kind, $2, '1', $3::bigint FROM unnest($1::text[]) AS given (kind) ORDER BY kind
  ON CONFLICT (kind, name) DO UPDATE
  SET value = (service_entries.value::bigint + 1)::text, written_at = excluded.written_at`;

/** What a service keeps in a database that several machines share. */
export function openPostgresServiceStore(database: Database, clock: Clock): ServiceStore {
  async function rows(statement: Statement): Promise<readonly Row[]> {
    return (await database.read([statement]))[0] ?? [];
  }
  return {
    async entries(kind) {
      const sql = 'SELECT name, value FROM rolodesk.service_entries WHERE kind = $1 AND name <> $2';
      const found = await rows({ text: sql, values: [kind, versionName] });
      return new Map(found.map((row) => [text(row, 'name'), json(row, 'value')]));
    },
    async entry(kind, name) {
      const sql = 'SELECT value FROM rolodesk.service_entries WHERE kind = $1 AND name = $2';
      const [row] = await rows({ text: sql, values: [kind, name] });
      return row && json(row, 'value');
    },
    async change(entries) {
      const now = clock.now();
      const latest = [...new Map(entries.map((entry) => [`${entry.kind} ${entry.name}`, entry])).values()];
      const kept = latest.filter(({ value }) => value !== undefined);
      const dropped = latest.filter(({ value }) => value === undefined);
      const kinds = [...new Set(latest.map(({ kind }) => kind))];
      const values = kept.map(({ value }) => JSON.stringify(value));
      await database.write([
        { text: raise, values: [kinds, versionName, now] },
        { text: put, values: [...namesOf(kept), values, now] },
        { text: drop, values: namesOf(dropped) },
      ]);
    },
    async prune(kind, { before, keep }) {
      const sql = `DELETE FROM rolodesk.service_entries
        WHERE kind = $1 AND name <> $2 AND written_at < $3 AND name <> ALL ($4::text[])`;
      await database.write([{ text: sql, values: [kind, versionName, before, [...keep]] }]);
    },
    async version(kind: ServiceEntryKind) {
      const sql = 'SELECT value FROM rolodesk.service_entries WHERE kind = $1 AND name = $2';
      const [row] = await rows({ text: sql, values: [kind, versionName] });
      return row === undefined ? 0 : Number(text(row, 'value'));
    },
    // The pool is the backend's.
    close: async () => undefined,
  };
}

function namesOf(entries: readonly ServiceEntry[]): [kinds: string[], names: string[]] {
  return [entries.map(({ kind }) => kind), entries.map(({ name }) => name)];
}
