import { z } from 'zod';
import type { Fields } from '../../core/state/store.ts';

export type RowVerdict =
  | { readonly kind: 'ok'; readonly id?: string }
  | { readonly kind: 'error'; readonly error: string; readonly details: string }
  /** No result of its own: what became of the row must be looked up. */
  | { readonly kind: 'unknown' };

interface SentRow {
  readonly id?: string;
  readonly external_id?: string;
  readonly email?: unknown;
}

const entry = z.looseObject({
  id: z.union([z.number(), z.string()]).nullish(),
  index: z.number().nullish(),
  email: z.string().nullish(),
  external_id: z.string().nullish(),
  status: z.string().nullish(),
  success: z.boolean().nullish(),
  error: z.unknown().optional(),
  details: z.unknown().optional(),
});
type Entry = z.infer<typeof entry>;

const doneStatuses = new Set(['created', 'updated', 'deleted']);

/**
 * What a finished job did to each row. An entry with an `error` is a row that was not written, whatever the job's status
 * says, and never lends its `id` (recorded: an index stands there). Entries are matched by what they name, else by
 * position, and by position only if there is one for each row.
 */
export function judgeRows(rows: readonly SentRow[], results: readonly unknown[] | undefined): readonly RowVerdict[] {
  const entries: Entry[] = [];
  for (const result of results ?? []) {
    const parsed = entry.safeParse(result);
    if (parsed.success) entries.push(parsed.data);
  }
  const byName = new Map<string, Entry>();
  for (const found of entries) for (const name of namesOf(found)) byName.set(name, found);
  const isWhole = entries.length === rows.length;
  return rows.map((row, position) => {
    const named = wantedNames(row)
      .map((name) => byName.get(name))
      .find((found) => found !== undefined);
    const indexed = entries.find((found) => hasError(found) && found.index === position);
    const placed = isWhole ? entries[position] : undefined;
    return verdictOf(named ?? indexed ?? (placed && mayStandFor(placed, row) ? placed : undefined));
  });
}

function verdictOf(found: Entry | undefined): RowVerdict {
  if (!found) return { kind: 'unknown' };
  if (hasError(found)) return { kind: 'error', error: textOf(found.error), details: textOf(found.details) };
  const isDone = found.success === true || doneStatuses.has(found.status?.toLowerCase() ?? '');
  if (!isDone) return { kind: 'unknown' };
  return { kind: 'ok', ...(found.id !== null && found.id !== undefined && { id: String(found.id) }) };
}

/** An entry in the right place that names somebody else is not this row's. */
function mayStandFor(found: Entry, row: SentRow): boolean {
  if (!hasError(found) && row.id !== undefined && found.id !== null && found.id !== undefined)
    return String(found.id) === row.id;
  return true;
}

function namesOf(found: Entry): string[] {
  const names: string[] = [];
  if (found.external_id) names.push(`external_id ${found.external_id.toLowerCase()}`);
  if (found.email) names.push(`email ${found.email.toLowerCase()}`);
  if (!hasError(found) && found.id !== null && found.id !== undefined) names.push(`id ${found.id}`);
  return names;
}

function wantedNames({ id, external_id, email }: SentRow): string[] {
  if (id !== undefined) return [`id ${id}`];
  const names = external_id === undefined ? [] : [`external_id ${external_id.toLowerCase()}`];
  return typeof email === 'string' ? [...names, `email ${email.toLowerCase()}`] : names;
}

function hasError(found: Entry): boolean {
  return found.error !== undefined && found.error !== null && found.error !== false;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

const longestDetails = 200;

/** Zendesk's text without the person in it: addresses, and every text of the row that is long enough to be told apart. */
export function redactDetails(details: string, sent: Fields): string {
  let text = details.replaceAll(/[^\s"'<>(),;:]+@[^\s"'<>(),;]+/g, '[email]');
  for (const [name, value] of Object.entries(sent)) {
    if (typeof value === 'string' && value.length >= 3) text = text.replaceAll(value, `[${name}]`);
  }
  return text.replaceAll(/\s+/g, ' ').slice(0, longestDetails);
}
