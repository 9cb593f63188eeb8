import type { Clock } from '../../../core/clock.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { Host } from '../../host.ts';
import { openServiceStore, serviceLocation } from '../../service/service-store.ts';
import { checkRows } from './check-rows.ts';
import { readTable, type TableRow } from './read-table.ts';
import { rowsFrom, templatesFrom } from './row.ts';
import { createRowSecrets } from './row-secrets.ts';
import { type ImportResult, storeRows } from './store-rows.ts';
import { nameVariable, readTemplate, type Template } from './template.ts';

export type { ImportResult } from './store-rows.ts';

export interface ConnectionRow {
  readonly name: string;
  readonly template: string;
  readonly values: Readonly<Record<string, string>>;
  /** Names of the values that are encrypted. */
  readonly secrets: readonly string[];
}

/** The values of one connection. */
export interface GivenRow {
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  /** Variables whose values others could see as they were given. */
  readonly visible: readonly string[];
}

/** Connections that stand as rows: one template, and values for each. A service of the folder follows them. */
export interface ConnectionRows {
  list(): Promise<readonly ConnectionRow[]>;
  /** Adds the rows of a table, or changes those of their names. Without a table it stores the template alone. */
  importTable(
    template: string,
    table: { readonly name: string; readonly text: string } | undefined,
  ): Promise<ImportResult>;
  add(template: string, row: GivenRow): Promise<ImportResult>;
  /** Throws ConfigError if there is none of a name, and then removes none. Their states stay. */
  remove(names: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** `folder`: of the service. */
export async function openConnectionRows(
  folder: string,
  { host, clock }: { readonly host: Host; readonly clock: Clock },
): Promise<ConnectionRows> {
  const location = serviceLocation(folder, host);
  const store = await openServiceStore(location, { ...host, clock });
  const secrets = createRowSecrets(location, { ...host, clock });

  async function stored() {
    return rowsFrom(await store.entries('connection'));
  }

  /** The stored rows of a template that has changed, which must be good with what it is now. */
  async function rowsOf({ name, text }: Template, given: readonly TableRow[]): Promise<readonly TableRow[]> {
    const before = templatesFrom(await store.entries('template')).get(name);
    if (before?.text === text && given.length > 0) return [];
    const others = new Set(given.map(({ cells }) => cells.get(nameVariable)?.value));
    const table: TableRow[] = [];
    for (const row of await stored()) {
      if (row.template !== name || others.has(row.name)) continue;
      const values = { [nameVariable]: row.name, ...row.values, ...(await secrets.open(row)) };
      table.push(tableRow(`connection ${row.name}`, values));
    }
    return table;
  }

  async function importRows(template: Template, given: readonly TableRow[]): Promise<ImportResult> {
    const checked = await checkRows(template, [...given, ...(await rowsOf(template, given))], host);
    return await storeRows(checked, { template, store, secrets, own: location, env: host.env });
  }

  return {
    async list() {
      const rows = await stored();
      return rows.map(({ secrets: sealed, ...row }) => ({ ...row, secrets: sealed?.names ?? [] }));
    },
    importTable: async (path, table) =>
      await importRows(await readTemplate(path), table ? readTable(table.name, table.text) : []),
    async add(path, { name, values, visible }) {
      const template = await readTemplate(path);
      const shown = visible.find((variable) => template.variables.get(variable)?.isSecret);
      if (shown !== undefined)
        throw new ConfigError(`${shown} is a secret, and others can see a command line.`, {
          code: 'usage',
          hint: `Set it in the environment, and name it with --from-env ${shown}.`,
        });
      return await importRows(template, [tableRow(name, { [nameVariable]: name, ...values })]);
    },
    async remove(names) {
      const known = new Set((await stored()).map(({ name }) => name));
      const unknown = names.filter((name) => !known.has(name));
      if (unknown.length > 0)
        throw new ConfigError(`There is no connection ${unknown.join(', ')}. None was removed.`, {
          code: 'no-connection',
        });
      await store.change(names.map((name) => ({ kind: 'connection', name, value: undefined })));
    },
    close: store.close,
  };
}

function tableRow(place: string, values: Readonly<Record<string, string>>): TableRow {
  return {
    place,
    cells: new Map(Object.entries(values).map(([column, value]) => [column, { value, place: `${place} ${column}` }])),
  };
}
