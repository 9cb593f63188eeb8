import { type Cell, cells, nameOf } from './cases/cases.ts';
import { endpoints } from './cases/endpoints.ts';
import { type JobCell, jobCells, nameOfJobCell, runJobCase } from './cases/jobs.ts';
import { type Kill, kills, nameOfKill } from './cases/kill-cases.ts';
import { quickCells, quickJobs } from './cases/quick.ts';
import { companyCases, type LongCase, randomKills } from './long/long-cases.ts';
import { type Calamity, calamities } from './machine/machine-faults.ts';
import type { Measures } from './run/measure.ts';
import { runCase } from './run/run-case.ts';
import { runKillCase } from './run/run-kill.ts';
import type { TwinName } from './twins.ts';

/** One thing that goes wrong in one place at one time. `decide` carries it out and throws what is wrong with it. */
export interface Case {
  readonly name: string;
  /** Absent: three minutes. */
  readonly maxMs?: number;
  decide(measures: Measures): Promise<void>;
}

export interface Group {
  readonly title: string;
  readonly cases: readonly Case[];
}

const ofCell = (cell: Cell): Case => ({ name: nameOf(cell), decide: (measures) => runCase(cell, measures) });
const ofJob = (cell: JobCell): Case => ({
  name: nameOfJobCell(cell),
  decide: (measures) => runJobCase(cell, measures),
});
const ofKill = (kill: Kill): Case => ({ name: nameOfKill(kill), decide: (measures) => runKillCase(kill, measures) });
const ofLong = ({ name, decide }: LongCase): Case => ({ name, maxMs: 30 * 60_000, decide });
const ofCalamity = ({ name, decide }: Calamity): Case => ({ name, decide });

const at = (twin: TwinName): readonly Case[] =>
  cells.filter(({ endpoint }) => endpoints[endpoint]?.twin === twin).map(ofCell);

/**
 * What says whether a state keeps the guarantees: every kill, those at random, and each kind of fault and of job once. A database answers
 * in real time, in which a job may have ended before a request meets it: nothing happens `during` one. Nor is a job
 * `stuck`: it counts as such after ten minutes.
 */
export const coreCases: readonly Case[] = [
  ...quickCells.filter(({ when }) => when !== 'during').map(ofCell),
  ...quickJobs.filter(({ kind }) => kind !== 'stuck').map(ofJob),
  ...kills.map(ofKill),
  ...randomKills.map(ofLong),
];

/** The whole matrix. */
export const groups: readonly Group[] = [
  { title: 'QuickBooks misbehaves', cases: at('quickbooks') },
  { title: 'Zendesk misbehaves', cases: at('zendesk') },
  { title: 'a Zendesk account that is read from misbehaves', cases: at('account') },
  { title: 'a REST API misbehaves', cases: at('api') },
  { title: 'a job goes wrong', cases: jobCells.map(ofJob) },
  { title: 'kill -9 at a step, or at random', cases: [...kills.map(ofKill), ...randomKills.map(ofLong)] },
  { title: 'disk, state file, clock, other processes', cases: calamities.map(ofCalamity) },
  { title: 'a company of 10,000 customers', cases: companyCases.map(ofLong) },
];
