import { failpoints } from '../../../src/core/failpoints.ts';
import type { ScenarioName } from '../scenarios/scenarios.ts';
import { kindsOfTwin, type TwinName, twinNames } from '../twins.ts';
import { type Cell, cells, nameOf } from './cases.ts';
import { endpoints } from './endpoints.ts';
import { type JobCell, jobCells, jobKinds } from './jobs.ts';
import { type Kill, kills, nameOfKill } from './kill-cases.ts';

/**
 * A part of the matrix that takes seconds: every kind of fault of each side once, at an endpoint of its own as far as there
 * are; every kind of job fault once, creates, updates and deletes in turn; every step once. Of scenarios that are quick.
 */
const quickly: ReadonlySet<ScenarioName> = new Set([
  'few',
  'second',
  'address',
  'undo',
  'only',
  'single',
  'related',
  'swap',
  'accountFirst',
  'restFirst',
]);

/** Not every fault of a Zendesk that is written to befalls one that is read from. */
const isMet = (twin: TwinName) => (kind: string) =>
  cells.some((cell) => cell.kind === kind && endpoints[cell.endpoint]?.twin === twin);

/** What was lost once: results of a batch whose memberships a stop cut off, and organizations of a user whose old address stays. */
const lostOnce: ReadonlySet<string> = new Set([
  'closed at POST organizations/create_many, during (shared)',
  '404 at DELETE identities, during (shared)',
  // What counts as sent of an address that an undo had moved back.
  'kill -9 at email-removed (1) (undoShared)',
]);

export const quickCells: readonly Cell[] = [
  ...cells.filter((cell) => lostOnce.has(nameOf(cell))),
  ...twinNames.flatMap(cellsOfEachKind),
];

/** Each kind once. */
function cellsOfEachKind(twin: TwinName): readonly Cell[] {
  const taken = new Set<string>();
  return kindsOfTwin[twin].filter(isMet(twin)).map((kind) => {
    const own = cells.filter((cell) => cell.kind === kind && endpoints[cell.endpoint]?.twin === twin);
    const quick = own.filter(({ when, scenario }) => when !== 'lasting' && quickly.has(scenario));
    const able = quick.length > 0 ? quick : own;
    const cell = able.find(({ endpoint }) => !taken.has(endpoint)) ?? able[taken.size % able.length];
    if (!cell) throw new Error(`There is no quick case of ${kind}.`);
    taken.add(cell.endpoint);
    return cell;
  });
}

export const quickJobs: readonly JobCell[] = jobKinds.map((kind, position) => {
  const able = jobCells.filter((cell) => cell.kind === kind && cell.often === 'once' && quickly.has(cell.scenario));
  const cell = able[position % able.length];
  if (!cell) throw new Error(`There is no quick case of a job that is ${kind}.`);
  return cell;
});

/** The first kill at each step; a second death only where there is no other. */
export const quickKills: readonly Kill[] = [
  ...kills.filter((kill) => lostOnce.has(nameOfKill(kill))),
  ...failpoints.map((at) => {
    const kill = kills.find(({ deaths }) => deaths.at(-1)?.step === at);
    if (!kill) throw new Error(`Nothing is killed at ${at}.`);
    return kill;
  }),
];
