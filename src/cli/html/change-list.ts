import { createHash } from 'node:crypto';
import type { RecordUrls } from '../../app/accounts.ts';
import type { Json } from '../../core/domain/json.ts';
import { visible } from '../format/visible.ts';
import { listScript } from './list-script.ts';
import { escaped, filterButtons } from './page.ts';

/** Stands for a key or an id in the addresses that the page makes its links from. */
export const keyPlaceholder = '{key}';

/** The one script that the page may run, as its content security policy names it. */
export const listScriptHash = createHash('sha256').update(listScript).digest('base64');

export interface ListedKind {
  readonly name: string;
  /** How many rows there are. A kind without rows gets no button. */
  readonly count: number;
}

export interface ListedRow {
  /** The name of its kind. */
  readonly kind: string;
  /** Shown in place of the kind. */
  readonly verb?: string | undefined;
  readonly key?: string | undefined;
  readonly destinationId?: string | undefined;
  readonly code?: string | undefined;
  readonly name?: string | undefined;
  readonly notes: readonly string[];
  readonly fields: readonly ListedField[];
}

export interface ListedField {
  readonly name: string;
  readonly before?: string;
  readonly after: string;
}

interface ListWords {
  readonly kinds: readonly ListedKind[];
  /** The head of the column of fields. */
  readonly fields: string;
  /** HTML elements of the two values of a field. */
  readonly before: ValueElement;
  readonly after: ValueElement;
  /** Of a record whose key and id are `keyPlaceholder`. */
  readonly urls: RecordUrls;
}

interface ValueElement {
  readonly element: 'del' | 'ins' | 'span';
  readonly className: string;
}

/**
 * A list that is searched, filtered and paged in the page itself. The rows are data, which a script of ours draws by the
 * hundred; nothing is loaded from anywhere.
 */
export async function* changeList(
  rows: AsyncIterable<ListedRow> | Iterable<ListedRow>,
  { kinds, fields, before, after, urls }: ListWords,
): AsyncGenerator<string> {
  const listed = kinds.filter(({ count }) => count > 0);
  yield filterButtons(listed.map(({ name, count }) => ({ name, label: name, count })));
  yield controls(fields);
  const tables = { kinds: createTable(), codes: createTable(), notes: createTable(), fields: createTable() };
  yield '<script type="application/json" id="rows">[';
  let comma = '';
  for await (const row of rows) {
    yield `${comma}\n${inScript(asData(row, tables))}`;
    comma = ',';
  }
  yield ']</script>\n';
  const words = {
    kinds: tables.kinds.names.map((name) => kindOf(name)),
    codes: tables.codes.names,
    notes: tables.notes.names,
    fields: tables.fields.names,
    before,
    after,
    customerUrl: urls.customer,
    userUrl: urls.user,
  };
  yield `<script type="application/json" id="tables">${inScript(words)}</script>\n<script>${listScript}</script>\n`;
}

function controls(fields: string): string {
  return `<p class="controls"><input id="search" type="search" placeholder="Search names, keys, values" aria-label="Search"><button id="previous" type="button">Back</button><span id="where" class="soft"></span><button id="next" type="button">More</button></p>
<noscript><p class="warn">A script draws the list, and this browser runs none.</p></noscript>
<table class="changes"><thead><tr><th>what</th><th>customer</th><th>Zendesk user</th><th>${escaped(fields)}</th></tr></thead><tbody id="list"></tbody></table>
`;
}

type Table = ReturnType<typeof createTable>;
type Tables = Readonly<Record<'kinds' | 'codes' | 'notes' | 'fields', Table>>;

/** A row as the script reads it: numbers stand for what recurs, 0 for what is absent. */
function asData({ kind, verb, key, destinationId, code, name, notes, fields }: ListedRow, tables: Tables): Json {
  return [
    tables.kinds.at(verb === undefined ? kind : `${kind} ${verb}`),
    key ?? 0,
    destinationId ?? 0,
    code === undefined ? -1 : tables.codes.at(code),
    name ?? 0,
    notes.map((note) => tables.notes.at(note)),
    fields.map((field) => {
      const shown = [tables.fields.at(field.name), field.after];
      return field.before === undefined ? shown : [...shown, field.before];
    }),
  ];
}

function kindOf(kindAndVerb: string): { readonly name: string; readonly verb?: string } {
  const [name = '', verb] = kindAndVerb.split(' ');
  return verb === undefined ? { name } : { name, verb };
}

function createTable() {
  const places = new Map<string, number>();
  const names: string[] = [];
  return {
    names,
    at(name: string): number {
      const known = places.get(name);
      if (known !== undefined) return known;
      places.set(name, names.length);
      names.push(name);
      return names.length - 1;
    },
  };
}

/** JSON that cannot end its script, and has no effect on a terminal that shows the file. */
function inScript(value: unknown): string {
  return visible(JSON.stringify(value))
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026');
}
