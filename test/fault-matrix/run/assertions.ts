import type { Sandbox } from '../../../src/sandbox/index.ts';
import { duplicatesOf, usersOf } from '../../kit/environment/snapshots.ts';
import { type Row, readingState } from './state-rows.ts';

/**
 * What is left behind on both sides, so that it can be held against what a clean run leaves: everything but ids and times,
 * as lines of text. `lost` and `twice` are empty whatever happened.
 */
export interface Evidence {
  /** Zendesk's active users with their addresses. */
  readonly users: readonly string[];
  readonly organizations: readonly string[];
  readonly customFields: readonly string[];
  /** How many users were ever made: one made and deleted again shows here. */
  readonly made: number;
  readonly mails: number;
  /** What Rolodesk knows: links, claims, dead letters, what waits. */
  readonly known: readonly string[];
  /** What became of each customer, all runs together: outcome, and first and last value of each field. */
  readonly results: readonly string[];
  /** Addresses and external ids that two users have, and customers that were created twice. */
  readonly twice: readonly string[];
  /** Batches left open, records left waiting. */
  readonly unfinished: readonly string[];
}

export async function evidenceOf(
  { box, folder }: { readonly box: Sandbox; readonly folder: string },
  since: number,
): Promise<Evidence> {
  const state = await readState(folder, since);
  return {
    users: usersOf(box)
      .filter(({ active }) => active)
      .map((user) =>
        line({
          ...user,
          id: 0,
          created_at: '',
          updated_at: '',
          emails: addressesOf(box, user.id),
          organization_id: 0,
          organizations: membershipsOf(box, user.id),
        }),
      )
      .sort(),
    organizations: [...box.zendesk.organizations.byId.values()]
      .map(({ name, external_id, details }) => line({ name, external_id, details }))
      .sort(),
    customFields: [...box.zendesk.customFields.byKey.values()].map(({ key, type, custom_field_options: options }) =>
      line({ key, type, options: options?.map(({ value }) => value).sort() }),
    ),
    made: box.zendesk.users.byId.size,
    mails: box.zendesk.state().mails.length,
    known: state.known,
    results: state.results,
    twice: [...duplicatesOf(box), ...state.createdTwice],
    unfinished: state.unfinished,
  };
}

/** The number of the last run so far: what became of customers is taken from those after it. */
export async function lastRun(folder: string): Promise<number> {
  const last = await readingState(folder, async (rows) => (await rows('SELECT max(number) AS n FROM runs'))[0]?.n);
  return Number(last ?? 0);
}

function addressesOf(box: Sandbox, id: number): string[] {
  return box.zendesk.users
    .identitiesOf(id)
    .map(({ value, primary }) => `${value}${primary ? ' (primary)' : ''}`)
    .sort();
}

function membershipsOf({ zendesk }: Sandbox, id: number): string[] {
  const { byId, membershipsOf: of } = zendesk.organizations;
  return of(id)
    .map((one) => `${byId.get(one.organization_id)?.name}${one.default ? ' (default)' : ''}`)
    .sort();
}

async function readState(folder: string, since: number) {
  const none = { known: [], results: [], createdTwice: [], unfinished: [] };
  return (
    (await readingState(folder, async (rows) => {
      const table = async (name: string, columns: string): Promise<string[]> =>
        (await rows(`SELECT ${columns} FROM ${name}`)).map((row) => `${name} ${line(row)}`);
      const results = await rows(
        `SELECT r.key, r.outcome, r.code, r.changes FROM results r JOIN runs ON runs.id = r.run WHERE runs.number > ? ORDER BY runs.number`,
        since,
      );
      const created = results.filter(({ outcome }) => outcome === 'created').map(({ key }) => String(key));
      return {
        known: [
          ...(await table('links', 'key, external_id, origin, sent, deactivated')),
          ...(await table('claims', 'address, key')),
          ...(await table('dead_letters', 'key, code')),
          ...(await table('pending', 'key, reason, address')),
          ...(await table('pipelines', 'hold IS NOT NULL AS held')),
          ...(await table('checkpoints', "cursor = 'null' AS atStart")),
        ].sort(),
        results: [...merged(results)].map(([key, result]) => `${key} ${line(result)}`).sort(),
        createdTwice: created.filter((key, position) => created.indexOf(key) !== position),
        unfinished: [...(await table('batches', 'operation, rows')), ...(await table('deferred', 'key, stage'))],
      };
    })) ?? none
  );
}

interface Merged {
  readonly outcome: unknown;
  readonly code: unknown;
  readonly changes: Readonly<Record<string, readonly [unknown, unknown]>>;
}

/**
 * One line for each customer: its last outcome, and of each field the first old value and the last new one. Who came with one
 * of the runs was created, whatever was written to the new user later: an undo deletes it.
 */
function merged(rows: readonly Row[]): Map<string, Merged> {
  const all = new Map<string, Merged>();
  for (const { key, outcome, code, changes: text } of rows) {
    // Nobody was shown, and nobody was deactivated for it: the next read shows the customer, which is no result.
    if (code === 'source-empty') continue;
    // A refused pair stands under the user that was to end, and when it is merged under the one that stays.
    if (String(key).startsWith('user:') && outcome === 'rejected') continue;
    const before = all.get(String(key));
    const now: Merged['changes'] = JSON.parse(typeof text === 'string' ? text : '{}');
    const isNew = outcome === 'created' || before?.outcome === 'created' || now.active?.[1] === true;
    const changes = { ...before?.changes };
    for (const [field, [old, value]] of Object.entries(now)) changes[field] = [changes[field]?.[0] ?? old, value];
    all.set(String(key), isNew ? { outcome: 'created', code: null, changes: {} } : { outcome, code, changes });
  }
  return all;
}

/** JSON whose keys are in order, so that equal things are equal text; JSON inside of JSON likewise. */
function line(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'string' && part.startsWith('{')) return sorted(JSON.parse(part));
    return sorted(part);
  });
}

/** No related resource was sent, whether as an empty list or not at all. */
const relatedKinds = new Set(['emails', 'phones', 'organizations']);

function sorted(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  const entries = Object.entries(part).filter(
    ([name, value]) => !relatedKinds.has(name) || JSON.stringify(value) !== '[]',
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
