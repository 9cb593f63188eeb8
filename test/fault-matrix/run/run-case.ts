import { deepStrictEqual } from 'node:assert/strict';
import { type Cell, endingOf } from '../cases/cases.ts';
import { endpoints } from '../cases/endpoints.ts';
import { type ActionResult, act, type CommandContext, setUp } from '../scenarios/actions.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { type ScenarioName, scenarios } from '../scenarios/scenarios.ts';
import { twinOf, twinsOf } from '../twins.ts';
import { lastRun } from './assertions.ts';
import { assertLikeClean, type Clean, type Measures } from './measure.ts';

/** How long a reply may be on its way in a cell that hangs; undici looks once a second. */
const hangMs = 1_000;

/** Carries a cell out. Throws what is wrong with it. */
export async function runCase(cell: Cell, measures: Measures): Promise<void> {
  const clean = await measures(cell.scenario);
  const scenario = scenarios[cell.scenario];
  const cli = await setUp(scenario, cell.kind === 'hang' ? { replyMs: hangMs } : {});
  try {
    const since = await lastRun(cli.folder);
    scenario.malform?.(cli);
    addFault(cli, cell);
    const actual = await scenario.act(cli);
    if (strikes(cli, cell) === 0) throw new Error('The fault never struck.');
    assertEnding(cell, actual, clean);
    for (const [, { faults }] of twinsOf(cli)) faults.clear();
    const { kind } = endingOf(cell);
    const mayReject = actual.kind === 'ended' && (kind === 'rejects' || kind === 'may-reject');
    if (kind === 'heals' || kind === 'warns') await heal(cli, cell.scenario);
    const isLeft = kind === 'leaves' || (mayReject && actual.report?.tallies.rejected);
    const last = isLeft ? await retry(cli, cell) : actual;
    await assertLikeClean(cli, { name: cell.scenario, since, actual: last, clean });
  } finally {
    await cli.close();
  }
}

function addFault(cli: CommandContext, { endpoint, kind, when }: Cell): void {
  const { twin, where } = endpoints[endpoint] ?? {};
  if (!twin) throw new Error(`There is no endpoint ${endpoint}.`);
  const often = when === 'lasting' ? {} : { moment: when, times: 1 };
  twinOf(cli, twin).faults.add({ ...where, fault: kind, delayMs: 20, ...often });
}

function writesOf({ report }: Pick<Clean, 'report'>): readonly unknown[] {
  const { created, updated, skipped, rejected } = report?.tallies ?? {};
  return [created, updated, skipped, rejected];
}

/** What could not be read, or written, is with the next full sync. */
export async function heal(cli: CommandContext, name: ScenarioName): Promise<void> {
  cli.clock.pass(600_000);
  const whole = () => act(async () => await cli.run({ full: true, allowDeactivations: 1000 }));
  const { isByKey, act: again }: Scenario = scenarios[name];
  const actual = isByKey ? await again(cli) : await whole();
  if (actual.kind !== 'ended') throw new Error(`The full sync afterwards failed with ${actual.code}.`);
}

/** What a person does about rejects. Of an undo or a merge they are not kept: it is run again. */
async function retry(cli: CommandContext, { scenario }: Cell): Promise<ActionResult> {
  if (scenario.startsWith('undo') || scenario === 'mergePairs') return await scenarios[scenario].act(cli);
  return await act(async () => await cli.run({ kind: 'retry' }));
}

function strikes(cli: CommandContext, { endpoint, kind }: Cell): number {
  const { twin, where } = endpoints[endpoint] ?? { twin: 'zendesk' };
  const rule = twinOf(cli, twin)
    .faults.list()
    .find(({ fault, route }) => fault === kind && route === where?.route);
  return rule?.applied ?? 0;
}

function assertEnding(cell: Cell, actual: ActionResult, clean: Clean): void {
  const ending = endingOf(cell);
  if (ending.kind === 'rejects') {
    if (actual.kind !== 'ended' || !actual.report?.tallies.rejected) throw new Error('No row was rejected.');
    return;
  }
  if (ending.kind === 'leaves') {
    if (actual.kind !== 'ended' || !actual.report?.related?.left) throw new Error('No organization was left.');
    return;
  }
  if (ending.kind === 'warns' && actual.kind === 'ended') {
    // One of several rows may have been refused with its whole request, and taken by itself.
    const others = actual.report?.warnings.filter(({ code }) => code !== 'organization-not-updated');
    deepStrictEqual([actual.outcome, others], ['completed', clean.report?.warnings]);
    return;
  }
  if (ending.kind === 'heals' && actual.kind === 'ended') return;
  if (ending.kind === 'reads-all' && actual.kind === 'ended') {
    deepStrictEqual([actual.outcome, writesOf(actual)], ['completed', writesOf(clean)]);
    return;
  }
  if (actual.kind === 'ended') {
    if (ending.kind === 'fails') throw new Error(`It ended ${actual.outcome}, where it can't.`);
    if (ending.kind === 'may-reject' && actual.report?.tallies.rejected) return;
    deepStrictEqual([actual.outcome, actual.report?.tallies], ['completed', clean.report?.tallies]);
    return;
  }
  if (!('exitCodes' in ending) || !ending.exitCodes.includes(actual.exitCode))
    throw new Error(`It failed with ${actual.code}, exit ${actual.exitCode}.`);
}
