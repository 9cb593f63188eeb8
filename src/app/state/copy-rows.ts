import { systemClock } from '../../core/clock.ts';
import { StateError } from '../../core/domain/errors.ts';
import type { StateBackend } from '../../core/state/backend.ts';
import type { ServiceEntry } from '../../core/state/service/service-store.ts';
import {
  jsonOfRow,
  jsonOfTemplate,
  rowsFrom,
  type StoredRow,
  type StoredTemplate,
  templatesFrom,
} from '../connections/rows/row.ts';
import { createRowSecrets, type RowSecrets } from '../connections/rows/row-secrets.ts';
import type { Host } from '../host.ts';
import type { StateLocation } from './location.ts';

export interface RowsEnd {
  readonly backend: StateBackend;
  readonly state: StateLocation;
}

export interface CopiedRows {
  /** Names of connections. */
  readonly copied: readonly string[];
  /** The target has connections of these names. They stay as they are. */
  readonly kept: readonly string[];
}

/**
 * Copies the connections that stand as rows, with their templates, all of them or none. Their secrets are encrypted again,
 * with the key of the target. Throws StateError where the target has another template of the same name.
 */
export async function copyRows(from: RowsEnd, to: RowsEnd, host: Host): Promise<CopiedRows> {
  const source = await entriesOf(from, host);
  const target = await entriesOf(to, host);
  try {
    const templates = templatesFrom(await source.store.entries('template'));
    const known = templatesFrom(await target.store.entries('template'));
    const present = await target.store.entries('connection');
    const all = rowsFrom(await source.store.entries('connection')).toSorted(byName);
    const wanted = all.filter(({ name }) => !present.has(name));
    const entries: ServiceEntry[] = [];
    for (const [name, template] of templates) {
      const own = known.get(name);
      if (!own) entries.push({ kind: 'template', name, value: jsonOfTemplate(template) });
      else if (!isSame(own, template) && wanted.some((row) => row.template === name))
        throw hasOtherTemplate(to.backend, name);
    }
    for (const row of wanted) {
      const { secrets: _, ...open } = row;
      const sealed = await target.secrets.seal(row.name, await source.secrets.open(row));
      const value = jsonOfRow({ ...open, ...(sealed && { secrets: sealed }) });
      entries.push({ kind: 'connection', name: row.name, value });
    }
    if (entries.length > 0) await target.store.change(entries);
    return {
      copied: wanted.map(({ name }) => name),
      kept: all.flatMap(({ name }) => (present.has(name) ? [name] : [])),
    };
  } finally {
    await source.store.close();
    await target.store.close();
  }
}

function byName(one: StoredRow, other: StoredRow): number {
  return one.name < other.name ? -1 : 1;
}

async function entriesOf({ backend, state }: RowsEnd, host: Host) {
  const secrets: RowSecrets = createRowSecrets(state, { ...host, clock: systemClock });
  return { store: await backend.openService({ clock: systemClock }), secrets };
}

function isSame(one: StoredTemplate, other: StoredTemplate): boolean {
  return one.text === other.text && one.folder === other.folder;
}

function hasOtherTemplate({ location }: StateBackend, name: string): StateError {
  return new StateError(`${location} has another template ${name}: connections of this one would change there.`, {
    code: 'state-copy',
    hint: 'Rename one of the two templates, import its connections again, and run the copy again.',
  });
}
