import { z } from 'zod';
import type { Fields } from '../../../core/domain/json.ts';

export type RowResult =
  | { readonly kind: 'ok'; readonly id?: string }
  | { readonly kind: 'error'; readonly error: string; readonly details: string }
  /** The job has no result for this row: it must be looked up. */
  | { readonly kind: 'unknown' };

/** The values by which a result can name a row that was sent. */
export interface SentRow {
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
 * Reads from a finished job what happened to each row.
 *
 * An entry with an `error` is a row that was not written, whatever the job's status says; its `id` is ignored (Zendesk
 * was seen to put an index there). An entry belongs to the row that it names, else to the row of its `index`, else to
 * the row in its position, if there is an entry for every row and none shows another order. Entries that contradict
 * themselves or each other are ignored, and their rows are looked up.
 */
export function parseRowResults(
  rows: readonly SentRow[],
  results: readonly unknown[] | undefined,
): readonly RowResult[] {
  const entries: Entry[] = [];
  for (const result of results ?? []) {
    const parsed = entry.safeParse(result);
    if (parsed.success) entries.push(parsed.data);
  }
  const wanted = rows.map(wantedNames);
  const placeByName = new Map(wanted.flatMap((names, place) => names.map((name) => [name, place] as const)));
  const isInOrder =
    entries.length === rows.length && entries.every(({ index }, place) => typeof index !== 'number' || index === place);
  const ofRow = rows.map((): Entry[] => []);
  for (const [position, found] of entries.entries()) {
    const names = namesOf(found);
    const [place = isInOrder ? position : -1, other] = placesSaid(found, names, placeByName);
    if (other === undefined && mayStandFor(names, wanted[place] ?? [])) ofRow[place]?.push(found);
  }
  return ofRow.map((own) => decisionOf(own.length === 1 ? own[0] : undefined));
}

/** Each position once. */
function placesSaid(
  { index }: Entry,
  names: readonly string[],
  placeByName: ReadonlyMap<string, number>,
): readonly number[] {
  const named = names.flatMap((name) => placeByName.get(name) ?? []);
  return [...new Set(typeof index === 'number' ? [...named, index] : named)];
}

function decisionOf(found: Entry | undefined): RowResult {
  if (!found) return { kind: 'unknown' };
  if (hasError(found)) return { kind: 'error', error: textOf(found.error), details: textOf(found.details) };
  if (!isDone(found)) return { kind: 'unknown' };
  return { kind: 'ok', ...(found.id !== null && found.id !== undefined && { id: String(found.id) }) };
}

/** An entry that names somebody else does not belong to this row, whatever its position. */
function mayStandFor(names: readonly string[], wanted: readonly string[]): boolean {
  if (names.some((name) => wanted.includes(name))) return true;
  const kinds = new Set(wanted.map(kindOf));
  return !names.some((name) => kinds.has(kindOf(name)));
}

/** From names such as `email jo@example.com`: the value that identifies somebody. */
function kindOf(name: string): string {
  return name.slice(0, name.indexOf(' '));
}

function namesOf(found: Entry): readonly string[] {
  const names: string[] = [];
  if (found.external_id) names.push(`external_id ${found.external_id.toLowerCase()}`);
  if (found.email) names.push(`email ${found.email.toLowerCase()}`);
  if (isDone(found) && found.id !== null && found.id !== undefined) names.push(`id ${found.id}`);
  return names;
}

function wantedNames({ id, external_id, email }: SentRow): readonly string[] {
  if (id !== undefined) return [`id ${id}`];
  const names = external_id === undefined ? [] : [`external_id ${external_id.toLowerCase()}`];
  return typeof email === 'string' ? [...names, `email ${email.toLowerCase()}`] : names;
}

function hasError(found: Entry): boolean {
  return found.error !== undefined && found.error !== null && found.error !== false;
}

/** A failed row may come without an `error`, and with an index in place of an id (seen). */
function isDone(found: Entry): boolean {
  return !hasError(found) && (found.success === true || doneStatuses.has(found.status?.toLowerCase() ?? ''));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

const maxDetailsLength = 200;

/**
 * Zendesk's text without customer data: without addresses, and without any text of the row that is long enough to
 * recognize.
 */
export function redactDetails(details: string, sent: Fields): string {
  let text = details.replaceAll(/[^\s"'<>(),;:]+@[^\s"'<>(),;]+/g, '[email]');
  for (const [name, value] of Object.entries(sent)) {
    if (typeof value === 'string' && value.length >= 3) text = text.replaceAll(value, `[${name}]`);
  }
  return text.replaceAll(/\s+/g, ' ').slice(0, maxDetailsLength);
}
