import type { Clock } from '../../clock.ts';
import { json, text } from '../rows.ts';
import type { Connections } from '../sqlite/connections.ts';
import { createStatements, listOf } from '../sqlite/query.ts';
import type { ServiceEntryKind, ServiceStore } from './service-store.ts';

/** The name under which the version of a kind is kept. No entry has it: names are not empty. */
const versionName = '';

/** Opens what a service keeps in a state file, next to the states of its pipelines. */
export async function openSqliteServiceStore(connections: Connections, clock: Clock): Promise<ServiceStore> {
  const { connection, release } = connections.use();
  const { rows, write, transaction } = createStatements(connection);
  const put = 'INSERT OR REPLACE INTO service_entries (kind, name, value, written_at) VALUES (?, ?, ?, ?)';

  function versionOf(kind: ServiceEntryKind): number {
    const row = rows('SELECT value FROM service_entries WHERE kind = ? AND name = ?', [kind, versionName])[0];
    return row === undefined ? 0 : Number(text(row, 'value'));
  }

  return {
    async entries(kind) {
      const found = rows('SELECT name, value FROM service_entries WHERE kind = ? AND name <> ?', [kind, versionName]);
      return new Map(found.map((row) => [text(row, 'name'), json(row, 'value')]));
    },
    async entry(kind, name) {
      const row = rows('SELECT value FROM service_entries WHERE kind = ? AND name = ?', [kind, name])[0];
      return row && json(row, 'value');
    },
    async change(entries) {
      const now = clock.now();
      transaction((run) => {
        for (const { kind, name, value } of entries)
          if (value === undefined) run('DELETE FROM service_entries WHERE kind = ? AND name = ?', [kind, name]);
          else run(put, [kind, name, JSON.stringify(value), now]);
        for (const kind of new Set(entries.map((entry) => entry.kind)))
          run(put, [kind, versionName, String(versionOf(kind) + 1), now]);
      });
    },
    async prune(kind, { before, keep }) {
      write(
        `DELETE FROM service_entries WHERE kind = ? AND name <> ? AND written_at < ?
           AND name NOT IN (SELECT value FROM json_each(?))`,
        [kind, versionName, before, listOf([...keep])],
      );
    },
    version: async (kind) => versionOf(kind),
    close: async () => release(),
  };
}
