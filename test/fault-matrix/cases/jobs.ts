import { deepStrictEqual } from 'node:assert/strict';
import { lastRun } from '../run/assertions.ts';
import { assertLikeClean, type Measures } from '../run/measure.ts';
import { heal } from '../run/run-case.ts';
import { type ActionResult, act, type CommandContext, setUp } from '../scenarios/actions.ts';
import { type ScenarioName, scenarios } from '../scenarios/scenarios.ts';

/** What becomes of a job, and of which one. */
export interface JobCell {
  readonly kind: (typeof jobKinds)[number];
  readonly job: keyof typeof jobs;
  readonly scenario: ScenarioName;
  /** That one job, or every one of its kind until the run has ended. */
  readonly often: 'once' | 'lasting';
}

/**
 * `rows-fail`, `rows-wordless` (no `error`, an index for an id), `rows-missing`: part of the rows. `rows-reversed`: results in
 * another order; `rows-reversed-unmarked`: without saying so. `results-object`: results that are no list.
 */
export const jobKinds = [
  'failed',
  'killed',
  'rows-fail',
  'rows-wordless',
  'rows-missing',
  'rows-reversed',
  'rows-reversed-unmarked',
  'stuck',
  'vanished',
  'no-results',
  'results-object',
] as const;

const rowFaults: ReadonlySet<JobCell['kind']> = new Set(['rows-fail', 'rows-wordless', 'rows-missing']);

/** Which jobs these are to the twin. */
const jobs = {
  create: { job: 'create' },
  update: { job: 'update' },
  delete: { job: 'delete' },
  'create organizations': { title: 'Bulk Create Organization' },
  'update organizations': { title: 'Bulk Update Organization' },
  'delete organizations': { title: 'Bulk Delete Organization' },
  'create memberships': { title: 'Bulk Create OrganizationMembership' },
} as const;

const byOperation: readonly (readonly [JobCell['job'], ScenarioName])[] = [
  ['create', 'few'],
  ['create', 'first'],
  ['update', 'second'],
  ['delete', 'deletes'],
  ['update', 'undo'],
  ['delete', 'undo'],
  ['create organizations', 'relatedFirst'],
  ['create organizations', 'related'],
  ['update organizations', 'related'],
  ['delete organizations', 'undoRelated'],
  ['create memberships', 'relatedFirst'],
  ['create memberships', 'related'],
  ['create', 'shared'],
  ['update', 'shared'],
  ['create memberships', 'shared'],
];

export const jobCells: readonly JobCell[] = byOperation.flatMap(([job, scenario]) =>
  jobKinds.flatMap((kind): JobCell[] => [
    { kind, job, scenario, often: 'once' },
    { kind, job, scenario, often: 'lasting' },
  ]),
);

/** An organization that can't be changed is warned of: the next full sync tries again. */
function isWarned({ kind, job, often }: JobCell): boolean {
  return job === 'update organizations' && rowFaults.has(kind) && (often === 'lasting' || kind === 'rows-fail');
}

/** An organization that can't be deleted is left and reported: a second undo takes it. */
function isLeft({ kind, job, often }: JobCell): boolean {
  return job === 'delete organizations' && rowFaults.has(kind) && often === 'lasting';
}

export function nameOfJobCell({ kind, job, scenario, often }: JobCell): string {
  return `${job} job ${kind}, ${often} (${scenario})`;
}

/** Carries a cell out. Throws what is wrong with it. */
export async function runJobCase(cell: JobCell, measures: Measures): Promise<void> {
  const { kind, job, scenario: name, often } = cell;
  const clean = await measures(name);
  const scenario = scenarios[name];
  const cli = await setUp(scenario);
  try {
    const since = await lastRun(cli.folder);
    cli.box.zendesk.setJobFault({
      kind,
      ...jobs[job],
      rows: 3,
      details: 'Try again',
      ...(often === 'once' && { times: 1 }),
    });
    const actual = await scenario.act(cli);
    if (cli.box.zendesk.jobFaultsApplied() === 0) throw new Error('The fault never struck.');
    if (isWarned(cell)) {
      cli.box.zendesk.setJobFault(undefined);
      if (!actual.report?.warnings.some(({ code }) => code === 'organization-not-updated'))
        throw new Error('Nobody was warned.');
      await heal(cli, name);
      return await assertLikeClean(cli, { name, since, actual, clean });
    }
    const last = await afterwards(cli, cell, actual);
    // Who is taken for refused is looked up, and found as it was meant.
    const isMixed = kind === 'rows-reversed-unmarked' && job === 'create';
    if (!isMixed && last.kind === 'ended' && last === actual)
      deepStrictEqual(actual.report?.tallies, clean.report?.tallies);
    await assertLikeClean(cli, { name, since, actual: last, clean });
  } finally {
    await cli.close();
  }
}

/** The last word on the run, once the fault is gone and what a person would do about it is done. */
async function afterwards(cli: CommandContext, cell: JobCell, actual: ActionResult): Promise<ActionResult> {
  const { kind, job, scenario, often } = cell;
  if (isLeft(cell)) {
    if (!actual.report?.related?.left) throw new Error('No organization was left.');
    cli.box.zendesk.setJobFault(undefined);
    return await scenarios[scenario].act(cli);
  }
  if (kind === 'stuck') {
    if (isOfUsers(job)) assertFailed(actual, 'job-stuck');
    // The job has still not moved: nothing new is written before it is known what became of it.
    if (isOfUsers(job)) assertFailed(await scenarios[scenario].act(cli), 'job-stuck');
    cli.box.zendesk.setJobFault(undefined);
    return await scenarios[scenario].act(cli);
  }
  cli.box.zendesk.setJobFault(undefined);
  // A create that nobody can explain is tried once more by itself, at the end of the run.
  const isWordless = kind === 'rows-wordless' || kind === 'rows-missing';
  const isRejected =
    (kind === 'rows-fail' && !(job === 'create' && often === 'once')) || (isWordless && often === 'lasting');
  const rejected = actual.report?.tallies.rejected ?? 0;
  if (isOfUsers(job) && isRejected && rejected === 0) throw new Error('No row was rejected.');
  // Who was made is found by the external id; of a row that was refused nobody knows why.
  const isUnknown = (kind === 'no-results' || kind === 'results-object') && job === 'create' && often === 'lasting';
  if (isUnknown) return await act(async () => await cli.run({ kind: 'retry' }));
  if (isOfUsers(job) ? !isRejected : rejected === 0) return actual;
  if (scenario === 'undo') return await scenarios.undo.act(cli);
  const retried = await act(async () => await cli.run({ kind: 'retry' }));
  // A retry of many deactivations is held, as a sync is: a person allows them.
  return retried.report?.outcome === 'held' ? await scenarios[scenario].act(cli) : retried;
}

/** Related resources of users are not remembered as in flight: they are looked for, and asked for again. */
function isOfUsers(job: JobCell['job']): boolean {
  return 'job' in jobs[job];
}

function assertFailed(actual: ActionResult, code: string): void {
  if (actual.kind !== 'failed' || actual.exitCode !== 4 || actual.code !== code)
    throw new Error(`It did not fail with ${code}: ${JSON.stringify(actual)}`);
}
