import { deepStrictEqual } from 'node:assert/strict';
import { act, type CommandContext, setUp, type Told } from './actions.ts';
import { lastRun } from './assertions.ts';
import { type Cell, endingOf } from './cases.ts';
import { endpoints } from './endpoints.ts';
import { assertLikeClean, type Clean, type Measures } from './measure.ts';
import { scenarios } from './scenarios.ts';

/** How long a reply may be on its way in a cell that hangs; undici looks once a second. */
const hangMs = 1_000;

/** Carries a cell out. Throws what is wrong with it. */
export async function runCase(cell: Cell, measures: Measures): Promise<void> {
  const clean = await measures(cell.scenario);
  const scenario = scenarios[cell.scenario];
  const cli = await setUp(scenario, cell.kind === 'hang' ? { replyMs: hangMs } : {});
  try {
    const since = lastRun(cli.folder);
    scenario.malform?.(cli);
    addFault(cli, cell);
    const told = await scenario.act(cli);
    if (strikes(cli, cell) === 0) throw new Error('The fault never struck.');
    assertEnding(cell, told, clean);
    cli.box.quickbooks.faults.clear();
    cli.box.zendesk.faults.clear();
    const { kind } = endingOf(cell);
    const mayReject = told.kind === 'ended' && (kind === 'rejects' || kind === 'may-reject');
    const isLeft = kind === 'leaves' || (mayReject && told.report?.tallies.rejected);
    const last = isLeft ? await retry(cli, cell) : told;
    await assertLikeClean(cli, { name: cell.scenario, since, told: last, clean });
  } finally {
    await cli.close();
  }
}

function addFault({ box }: CommandContext, { endpoint, kind, when }: Cell): void {
  const { twin, where } = endpoints[endpoint] ?? {};
  if (!twin) throw new Error(`There is no endpoint ${endpoint}.`);
  const often = when === 'lasting' ? {} : { moment: when, times: 1 };
  box[twin].faults.add({ ...where, fault: kind, delayMs: 20, ...often });
}

/** What a person does about rejects. Of an undo they are not kept: it is run again. */
async function retry(cli: CommandContext, { scenario }: Cell): Promise<Told> {
  if (scenario.startsWith('undo')) return await scenarios[scenario].act(cli);
  return await act(async () => await cli.run({ kind: 'retry', allowDeactivations: 1000 }));
}

function strikes({ box }: CommandContext, { endpoint, kind }: Cell): number {
  const { twin, where } = endpoints[endpoint] ?? { twin: 'zendesk' };
  const rule = box[twin].faults.list().find(({ fault, route }) => fault === kind && route === where?.route);
  return rule?.applied ?? 0;
}

function assertEnding(cell: Cell, told: Told, clean: Clean): void {
  const ending = endingOf(cell);
  if (ending.kind === 'rejects') {
    if (told.kind !== 'ended' || !told.report?.tallies.rejected) throw new Error('No row was rejected.');
    return;
  }
  if (ending.kind === 'leaves') {
    if (told.kind !== 'ended' || !told.report?.related?.left) throw new Error('No organization was left.');
    return;
  }
  if (told.kind === 'ended') {
    if (ending.kind === 'fails') throw new Error(`It ended ${told.outcome}, where it can't.`);
    if (ending.kind === 'may-reject' && told.report?.tallies.rejected) return;
    deepStrictEqual([told.outcome, told.report?.tallies], ['completed', clean.report?.tallies]);
    return;
  }
  if (!('exitCodes' in ending) || !ending.exitCodes.includes(told.exitCode))
    throw new Error(`It failed with ${told.code}, exit ${told.exitCode}.`);
}
