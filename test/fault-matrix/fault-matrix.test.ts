import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { failpoints } from '../../src/core/failpoints.ts';
import { quickbooksCalls, sourceCalls, tokenCalls, zendeskCalls } from './cases/calls.ts';
import { cells, nameOf } from './cases/cases.ts';
import { endpoints } from './cases/endpoints.ts';
import { jobKinds, nameOfJobCell, runJobCase } from './cases/jobs.ts';
import { kills, nameOfKill } from './cases/kill-cases.ts';
import { quickCells, quickJobs, quickKills } from './cases/quick.ts';
import { countsAsMarkdown } from './counts.ts';
import { groups } from './matrix.ts';
import { createMeasures } from './run/measure.ts';
import { runCase } from './run/run-case.ts';
import { runStopCase } from './run/run-stop.ts';
import { kindsOfTwin } from './twins.ts';

/** The part of the fault matrix that every test run has time for; `npm run faults` runs all of it. */
const measures = createMeasures();

test.concurrent.each(quickCells.map((cell) => ({ name: nameOf(cell), cell })))('$name', async ({ cell }) => {
  await runCase(cell, measures);
});

test.concurrent.each(quickJobs.map((cell) => ({ name: nameOfJobCell(cell), cell })))('$name', async ({ cell }) => {
  await runJobCase(cell, measures);
});

test.concurrent.each(quickKills.map((kill) => ({ name: nameOfKill(kill), kill })))(
  '$name, without a kill',
  async ({ kill }) => {
    await runStopCase(kill, measures);
  },
);

test('the matrix stops a process at every step of the order of effects', () => {
  const met = new Set(kills.flatMap(({ deaths }) => deaths.map(({ step }) => step)));
  expect(failpoints.filter((step) => !met.has(step))).toEqual([]);
});

test('the matrix has every endpoint that is called, and no other', () => {
  const called = [
    ...Object.values(zendeskCalls),
    ...Object.values(quickbooksCalls),
    ...Object.values(sourceCalls),
    tokenCalls,
  ].flat();
  expect([...new Set(called)].sort()).toEqual(Object.keys(endpoints).sort());
});

test('the matrix has every kind of fault that the sandbox knows, of requests and of jobs', () => {
  for (const twin of ['quickbooks', 'zendesk', 'api'] as const) {
    const met = new Set(cells.filter(({ endpoint }) => endpoints[endpoint]?.twin === twin).map(({ kind }) => kind));
    expect(kindsOfTwin[twin].filter((kind) => !met.has(kind))).toEqual([]);
  }
  expect(new Set(quickJobs.map(({ kind }) => kind))).toEqual(new Set(jobKinds));
});

test('each case has a name of its own, to be run by', () => {
  const names = groups.flatMap(({ cases }) => cases.map(({ name }) => name));
  expect(names.filter((name, position) => names.indexOf(name) !== position)).toEqual([]);
});

test('docs/reliability.md has the counts of the matrix (npm run -s faults -- --counts prints them)', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/reliability.md'), 'utf8');
  expect(page).toContain(countsAsMarkdown());
});
