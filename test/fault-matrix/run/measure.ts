import { deepStrictEqual } from 'node:assert/strict';
import type { RunReport } from '../../../src/core/domain/run/run-report.ts';
import { endpoints } from '../cases/endpoints.ts';
import { type ActionResult, act, afterTurn, type CommandContext, setUp } from '../scenarios/actions.ts';
import { type ScenarioName, scenarios } from '../scenarios/scenarios.ts';
import { twinsOf } from '../twins.ts';
import { type Evidence, evidenceOf, lastRun } from './assertions.ts';

/** What a scenario comes to when nothing goes wrong. */
export interface Clean {
  readonly report: RunReport | undefined;
  readonly evidence: Evidence;
}

export type Measures = (name: ScenarioName) => Promise<Clean>;

/** Each scenario is measured once, when it is first asked for. */
export function createMeasures(): Measures {
  const known = new Map<ScenarioName, Promise<Clean>>();
  return async (name) => {
    const measure = known.get(name) ?? measureOf(name);
    known.set(name, measure);
    return await measure;
  };
}

async function measureOf(name: ScenarioName): Promise<Clean> {
  const scenario = scenarios[name];
  const cli = await setUp(scenario);
  try {
    const since = await lastRun(cli.folder);
    scenario.malform?.(cli);
    const actual = await scenario.act(cli);
    if (actual.kind !== 'ended' || actual.outcome !== 'completed')
      throw new Error(`The clean ${name} ended ${JSON.stringify(actual)}.`);
    assertNamed(cli);
    const evidence = await evidenceOf(cli, since);
    assertSound(evidence);
    return { report: actual.report, evidence };
  } finally {
    await cli.close();
  }
}

/** Whatever a run calls is an endpoint of the matrix. */
function assertNamed(cli: CommandContext): void {
  const named = new Set(Object.values(endpoints).map(({ twin, where }) => `${twin}: ${where.route}`));
  const called = twinsOf(cli).flatMap(([name, twin]) =>
    Object.keys(twin.requests().byRoute).map((route) => `${name}: ${route}`),
  );
  const missing = called.filter((route) => !named.has(route));
  if (missing.length > 0) throw new Error(`The matrix has no endpoint for ${missing.join(', ')}.`);
}

const triesAfterwards = 2;

/**
 * With the fault gone the same command brings things to their end (after a lost refresh token, once somebody has connected
 * again), and then everything is as the clean run left it. One more full sync finds nothing to do.
 */
export async function assertLikeClean(
  cli: CommandContext,
  {
    name,
    since,
    actual,
    clean,
  }: {
    readonly name: ScenarioName;
    /** The last run before the fault. */
    readonly since: number;
    /** What the faulty run came to. Undefined when it died. */
    readonly actual: ActionResult | undefined;
    readonly clean: Clean;
  },
): Promise<void> {
  try {
    if (actual?.kind !== 'ended') await bringToItsEnd(cli, name, actual);
    const evidence = await evidenceOf(cli, since);
    assertSound(evidence);
    deepStrictEqual(evidence, clean.evidence);
    if (!scenarios[name].isNoSync) await assertSettled(cli, evidence, since);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\n${cli.logged().split('\n').slice(-15).join('\n')}`, { cause: error });
  }
}

async function bringToItsEnd(cli: CommandContext, name: ScenarioName, actual: ActionResult | undefined): Promise<void> {
  let last = actual;
  for (let attempt = 1; attempt <= triesAfterwards && last?.kind !== 'ended'; attempt += 1) {
    if (last?.kind === 'failed' && lostToken.has(last.code)) cli.reconnect();
    last = await afterTurn(() => scenarios[name].act(cli));
    // An undo that had been recorded before its process died.
    if (last.kind === 'failed' && name.startsWith('undo') && last.code === 'usage') return;
  }
  if (last?.kind !== 'ended') throw new Error(`Afterwards it still failed with ${last?.code}.`);
}

const lostToken = new Set(['refresh-lost', 'invalid-grant']);

function assertSound({ twice, unfinished, mails }: Evidence): void {
  deepStrictEqual({ twice, unfinished, mails }, { twice: [], unfinished: [], mails: 0 });
}

/** Nothing is left to do: everything is read once more, and nothing moves. */
async function assertSettled(cli: CommandContext, before: Evidence, since: number): Promise<void> {
  const actual = await act(async () => await cli.run({ full: true }));
  const { created, updated } = actual.report?.tallies ?? {};
  deepStrictEqual([actual.kind, created, updated], ['ended', 0, 0]);
  const { users, made, twice } = await evidenceOf(cli, since);
  deepStrictEqual({ users, made, twice }, { users: before.users, made: before.made, twice: [] });
}
