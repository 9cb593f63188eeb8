import { defined } from '../../../core/defined.ts';
import type { ChosenUser, MergeChoice } from '../../../core/duplicates/decide-merge.ts';
import type { UserCell } from './user-cell.ts';

export interface TickedRow {
  readonly line: number;
  readonly group: string;
  readonly keep: string;
  readonly merge: string;
  readonly user: UserCell;
  readonly version: string;
  readonly email: string;
}

/** A group whose ticks make no sense: none of it is merged. */
export interface TickProblem {
  readonly group: string;
  readonly message: string;
}

/** What a person has ticked in a file. */
export interface MergeFile {
  readonly choices: readonly MergeChoice[];
  readonly problems: readonly TickProblem[];
}

const yes: ReadonlySet<string> = new Set(['x', 'yes', 'y', 'true', '1', '✓', '✔', 'ja', 'wahr', 'oui', 'vrai']);
const no: ReadonlySet<string> = new Set(['', 'no', 'n', 'false', '0', '-', 'nein', 'falsch', 'non', 'faux']);

type Read =
  | { readonly kind: 'keep' | 'merge'; readonly line: number; readonly user: ChosenUser }
  | { readonly kind: 'none' }
  | { readonly kind: 'problem'; readonly message: string };

/** What a person has chosen by ticks. A merge cannot be undone: a group whose ticks contradict each other is left out whole. */
export function chooseByTicks(rows: readonly TickedRow[]): MergeFile {
  const choices: MergeChoice[] = [];
  const problems: TickProblem[] = [];
  for (const [group, own] of Map.groupBy(rows, (row) => row.group)) {
    const read = own.map(readTicks);
    const found = choiceOf(group, read);
    if (typeof found === 'string') problems.push({ group, message: found });
    else if (found) choices.push(found);
  }
  const groupsOf = Map.groupBy(
    choices.flatMap((choice) => idsOf(choice).map((id) => ({ id, choice }))),
    ({ id }) => id,
  );
  const torn = new Map<MergeChoice, string>();
  for (const [id, found] of groupsOf) if (found.length > 1) for (const { choice } of found) torn.set(choice, id);
  for (const [{ group }, id] of torn)
    problems.push({ group, message: `User ${id} is ticked in more than one group. Give these rows one group.` });
  return { choices: choices.filter((choice) => !torn.has(choice)), problems };
}

function choiceOf(group: string, rows: readonly Read[]): MergeChoice | string | undefined {
  const problem = rows.find((row) => row.kind === 'problem');
  if (problem) return problem.message;
  const ticked = rows.flatMap((row) => (row.kind === 'keep' || row.kind === 'merge' ? [row] : []));
  const keep = ticked.filter(({ kind }) => kind === 'keep');
  const merge = ticked.filter(({ kind }) => kind === 'merge');
  if (merge.length === 0) return undefined;
  const lines = ticked.map(({ line }) => line).join(', ');
  if (group === '') return `Lines ${lines} have no group.`;
  const [kept, ...others] = distinct(keep);
  if (!kept) return `No user is ticked to be kept (lines ${lines}).`;
  if (others.length > 0)
    return `Several users are ticked to be kept (lines ${keep.map(({ line }) => line).join(', ')}).`;
  const losers = distinct(merge);
  if (losers.some(({ id }) => id === kept.id)) return `User ${kept.id} is ticked both ways (lines ${lines}).`;
  return { group, keep: kept, merge: losers };
}

/** A row that stands there twice counts once. */
function distinct(rows: readonly { readonly user: ChosenUser }[]): readonly ChosenUser[] {
  return [...new Map(rows.map(({ user }) => [user.id, user])).values()];
}

function idsOf({ keep, merge }: MergeChoice): readonly string[] {
  return [keep.id, ...merge.map(({ id }) => id)];
}

function readTicks({ line, keep, merge, user, version, email }: TickedRow): Read {
  for (const [column, text] of Object.entries({ keep, merge }))
    if (!yes.has(text.toLowerCase()) && !no.has(text.toLowerCase()))
      return problem(line, `${column} holds "${text}". Write x, or nothing.`);
  const [isKept, isMerged] = [yes.has(keep.toLowerCase()), yes.has(merge.toLowerCase())];
  if (!isKept && !isMerged) return { kind: 'none' };
  if (isKept && isMerged) return problem(line, 'both keep and merge are ticked.');
  if (user.kind === 'rounded') return problem(line, 'the spreadsheet has rounded the id of the user.');
  if (user.kind !== 'user') return problem(line, 'user holds no address of a Zendesk user.');
  if (version === '') return problem(line, 'version is empty. Write the file again, and keep that column.');
  const chosen = { id: user.id, version, ...defined({ email: email === '' ? undefined : email }) };
  return { kind: isKept ? 'keep' : 'merge', line, user: chosen };
}

function problem(line: number, message: string): Read {
  return { kind: 'problem', message: `Line ${line}: ${message}` };
}
