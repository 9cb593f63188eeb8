import type { NamedResult } from '../../app/operations/names.ts';
import type { CustomerDetails, Reject, RunDetails } from '../../app/operations/records.ts';
import { defined } from '../../core/defined.ts';
import type { Result } from '../../core/domain/result.ts';
import { type PlannedAction, toPlannedChange } from '../../core/plan/planned-change.ts';
import { isDeletion } from '../../core/report/deletions.ts';
import { failureOf } from '../../core/report/stored-failure.ts';
import { storedTallies } from '../../core/report/stored-tallies.ts';
import type { RunRow } from '../../core/state/store.ts';
import type { CommandContext } from '../command.ts';
import { brief } from '../format/brief.ts';
import { changeLines } from '../format/change-lines.ts';
import type { NamedLink } from '../format/links.ts';
import { sortByKey } from '../format/sort-by-key.ts';
import { visibleLine } from '../format/visible.ts';
import { type Style, table } from '../terminal.ts';

const idLength = 8;

/** A line for each run, no wider than 80 columns, and below it why it failed. */
export function runTable(rows: readonly RunRow[]): string {
  const head = ['run', 'kind', 'outcome', 'started', 'read', 'written', 'skipped', 'rejected'];
  const [title = '', ...lines] = table([head, ...rows.map(runLine)]).split('\n');
  const reasons = rows.map((run) => failureOf(run)?.code);
  return [
    title,
    ...lines.flatMap((line, at) => (reasons[at] === undefined ? [line] : [line, `${indent}${reasons[at]}`])),
  ].join('\n');
}

const indent = ' '.repeat(idLength + 2);

/** The first characters of its id name a run everywhere. */
function runLine(run: RunRow): string[] {
  const counts = storedTallies(run);
  const { read, created = 0, updated = 0, skipped, rejected } = counts ?? {};
  const written = counts && created + updated;
  const numbers = Object.entries({ read, written, skipped, rejected }).map(([name, count]) =>
    (count === undefined ? '' : String(count)).padStart(name.length),
  );
  return [run.id.slice(0, idLength), run.kind, run.outcome, minuteOf(run.startedAt), ...numbers];
}

export interface RunScreen {
  readonly style: Style;
  /** Undefined where it is not a terminal: lines are as long as their text. */
  readonly columns: number | undefined;
  linksOf(record: { readonly key: string; readonly destinationId?: string | undefined }): readonly NamedLink[];
}

/** One run with its records: what a person has to look at comes first. */
export async function* runLines(
  { run, failure, tallies, records }: RunDetails,
  screen: RunScreen,
): AsyncGenerator<string> {
  const { style } = screen;
  yield style.bold(`${run.kind} ${run.id}`);
  yield `  ${run.outcome}, ${timeOf(run.startedAt)}`;
  if (failure) yield `${style.bad(`  ${failure.message}`)}${failure.hint ? `\n  ${failure.hint}` : ''}`;
  const { updated = [], ...others } = records;
  const groups: Readonly<Record<string, readonly NamedResult[]>> = {
    rejected: others.rejected ?? [],
    skipped: others.skipped ?? [],
    updated: updated.filter(({ changes }) => !isDeletion(changes)),
    deleted: updated.filter(({ changes }) => isDeletion(changes)),
    created: others.created ?? [],
  };
  if (tallies) yield table(countRows(tallies, groups.deleted?.length ?? 0));
  const kept = Object.values(groups).some((list) => list.length > 0);
  const had = tallies !== undefined && tallies.read > tallies.unchanged;
  if (had && !kept) yield style.dim('  Its records are no longer kept (retention); the counts stay.');
  for (const [outcome, list] of Object.entries(groups)) {
    if (list.length === 0) continue;
    yield '';
    yield style.bold(`${outcome}: ${list.length}`);
    for (const result of sortByKey(list)) yield* recordLines(result, outcome, screen);
  }
}

/** What became of one record, as a plan would show it. Who needs a person is linked to both sides. */
function recordLines(result: NamedResult, outcome: string, { style, columns, linksOf }: RunScreen): readonly string[] {
  const { key, name, blockedByUserId } = result;
  const { destinationId, code, ...change } = toPlannedChange(result);
  const user = destinationId ?? result.destinationId;
  return changeLines(
    { ...change, ...defined({ destinationId: user, code: code === 'undo' ? undefined : code }) },
    {
      style,
      columns,
      name: 'name' in change.fields && outcome !== 'deleted' ? undefined : name,
      verb: outcome === 'updated' ? pastVerbs[change.action] : outcome,
      links: outcome === 'rejected' ? linksOf({ key, destinationId: blockedByUserId }) : [],
    },
  );
}

/** Updates have words of their own. */
const pastVerbs: Readonly<Partial<Record<PlannedAction, string>>> = {
  update: 'updated',
  adopt: 'adopted',
  deactivate: 'deactivated',
};

function countRows(tallies: NonNullable<RunDetails['tallies']>, deleted: number): string[][] {
  const { updated, ...others } = tallies;
  const { read, created, ...rest } = others;
  const split = deleted > 0 ? { updated: updated - deleted, deleted } : { updated };
  return Object.entries({ read, created, ...split, ...rest }).map(([name, count]) => [
    `  ${name}`,
    String(count).padStart(8),
  ]);
}

/** One customer: its user, its address, what waits, and its history. */
export function printCustomer(
  { print, style }: CommandContext,
  { key, link, email, shared, reject, history }: CustomerDetails,
  links: readonly NamedLink[],
): void {
  print(style.bold(`customer ${visibleLine(key)}`));
  print(
    link
      ? `  Zendesk user ${link.destinationId} (${link.origin}), external_id ${link.externalId}`
      : '  is linked to no Zendesk user',
  );
  for (const { side, url } of links) print(style.dim(`  ${side}: ${visibleLine(url)}`));
  if (email !== undefined) print(visibleLine(`  has the address ${email}`));
  if (shared) {
    const keys = shared.keys.map(visibleLine).join(', ');
    print(`  one user with customers ${keys}; it has the external id of ${visibleLine(shared.holder)}`);
  }
  if (reject) {
    const { code, message, detail = '' } = reject;
    print(style.warn(visibleLine(`  rejected, ${code}: ${message} ${detail}`.trimEnd())));
  }
  for (const entry of history) print(`  ${resultLine(entry)}`);
}

/** What could not be written, reason by reason, each with who it is and where to look. */
export function printRejects(
  { print, style }: CommandContext,
  rejects: readonly Reject[],
  linksOf: (reject: Reject) => readonly NamedLink[],
): void {
  if (rejects.length === 0) print('No rejects.');
  for (const [code, list] of Map.groupBy(rejects, (reject) => reject.code)) {
    print(style.bold(`${code}: ${list.length}`));
    for (const reject of sortByKey(list)) {
      const { key, name, message, detail } = reject;
      print(visibleLine(`  ${[key, name, message].filter((part) => part !== '').join('  ')}`));
      if (detail !== undefined) print(style.dim(visibleLine(`      ${detail}`)));
      for (const { side, url } of linksOf(reject)) print(style.dim(`      ${side}: ${visibleLine(url)}`));
    }
  }
}

function resultLine({ outcome, code, message, detail, destinationId, changes, at }: Result): string {
  const isDeleted = outcome === 'updated' && isDeletion(changes);
  const fields = isDeleted ? [] : Object.entries(changes ?? {});
  const what = fields.map(([field, [before, after]]) =>
    before === null ? `${field}: ${brief(after)}` : `${field}: ${brief(before)} → ${brief(after)}`,
  );
  const parts = [
    timeOf(at),
    isDeleted ? 'deleted' : outcome,
    code,
    destinationId && `user ${destinationId}`,
    message,
    detail,
    ...what,
  ];
  return visibleLine(parts.filter((part) => part !== undefined && part !== '').join('  '));
}

/** ISO 8601, to the second. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

function minuteOf(ms: number): string {
  return new Date(ms).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
}
