import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { defined } from '../../../src/core/defined.ts';
import { RolodeskError } from '../../../src/core/domain/errors.ts';
import type { RunReport } from '../../../src/core/domain/run/run-report.ts';
import type { OnFailpoint } from '../../../src/core/failpoints.ts';
import {
  createEnvironment,
  type RunChoice,
  runOnce,
  type TestEnvironment,
} from '../../kit/environment/create-environment.ts';
import { configWithNotes } from '../../kit/environment/run-with-notes.ts';
import { sumOf } from '../../kit/environment/snapshots.ts';
import { isOnPostgres } from '../../kit/environment/state-of-suite.ts';
import { createTestClock, type ScenarioClock } from '../../kit/test-clock.ts';
import { type HttpApi, startHttpApi } from '../sources/http-api.ts';
import { chosenIn } from './merge-scenarios.ts';
import { createRealClock } from './real-clock.ts';
import type { Scenario } from './scenario.ts';

/** What can be done, in this process or in another one. */
export interface Actor {
  run(options?: RunChoice): Promise<RunReport>;
  /** Takes the second sync back. */
  undo(): Promise<RunReport>;
  check(): Promise<undefined>;
  /** Merges the users that the scenario has chosen. */
  merge(): Promise<RunReport>;
  /** Makes the declared custom fields that Zendesk lacks. */
  applyFields(): Promise<undefined>;
}

/** A test environment whose time the test moves. */
export interface CommandContext extends TestEnvironment, Actor {
  readonly clock: ScenarioClock;
  /** The REST API that is read from, where the source is one. */
  readonly api: HttpApi | undefined;
  /** A person connects both accounts again. */
  reconnect(): void;
  close(): Promise<void>;
}

export function createActor(
  { pipeline, folder }: Pick<TestEnvironment, 'pipeline' | 'folder'>,
  { mapsNotes = false }: Pick<Scenario, 'mapsNotes'> = {},
): Actor {
  const open = async () => await pipeline(mapsNotes ? configWithNotes(folder) : undefined);
  return {
    run: async (options) => await runOnce(open(), options),
    async undo() {
      await using opened = await open();
      const second = (await opened.runs({ limit: 100 })).filter(({ kind }) => kind === 'sync').at(-2);
      if (!second) throw new Error('There is no second run.');
      const result = await opened.undo(second.id);
      if (result.kind === 'declined') throw new Error('Nobody was asked, and the undo was declined.');
      return result.report;
    },
    async check() {
      await using opened = await open();
      const { error } = await opened.check();
      if (error) throw error;
      return undefined;
    },
    async merge() {
      await using opened = await open();
      const result = await opened.merge(chosenIn(folder));
      if (result.kind === 'declined') throw new Error('Nobody was asked, and the merge was declined.');
      return result.report;
    },
    async applyFields() {
      await using opened = await open();
      await opened.applyFields();
      return undefined;
    },
  };
}

/** What a run, or a failure before one, came to. */
export type ActionResult =
  | { readonly kind: 'ended'; readonly outcome: RunReport['outcome']; readonly report: RunReport | undefined }
  | {
      readonly kind: 'failed';
      readonly exitCode: number;
      readonly code: string;
      readonly report: RunReport | undefined;
    };

/** What must go wrong with a run is a report or an error of ours. Anything else is a bug and flies. */
export async function act(work: () => Promise<RunReport | undefined>): Promise<ActionResult> {
  try {
    const report = await work();
    if (report && sumOf(report) !== report.tallies.read) throw new Error(`Tallies: ${JSON.stringify(report.tallies)}`);
    if (!report?.error) return { kind: 'ended', outcome: report?.outcome ?? 'completed', report };
    const { exitCode, code } = report.error;
    return { kind: 'failed', exitCode, code, report };
  } catch (error) {
    if (!(error instanceof RolodeskError)) throw error;
    return { kind: 'failed', exitCode: error.exitCode, code: error.code, report: undefined };
  }
}

/** In a database the turn of a process that was killed ends when it has not beaten for a while. */
export async function afterTurn(act: () => Promise<ActionResult>): Promise<ActionResult> {
  for (let left = 300; ; left -= 1) {
    const actual = await act();
    if (!isOnPostgres() || actual.kind !== 'failed' || actual.code !== 'locked' || left === 0) return actual;
    await systemClock.sleep(100);
  }
}

function addToSource({ folder }: TestEnvironment, more: string): void {
  const path = join(folder, 'rolodesk.yaml');
  const line = 'connector: quickbooks\n';
  writeFileSync(path, readFileSync(path, 'utf8').replace(line, `${line}${more}`));
}

export async function setUp(
  scenario: Scenario,
  {
    replyMs = 10_000,
    // A database answers in real time, which passes while nothing else does.
    clock = isOnPostgres() ? createRealClock() : createTestClock(),
    onFailpoint,
  }: { readonly replyMs?: number; readonly clock?: ScenarioClock; readonly onFailpoint?: OnFailpoint } = {},
): Promise<CommandContext> {
  const { twins, more = '', moreOfSource = '', isReadSlowly, source } = scenario;
  let box: TestEnvironment['box'] | undefined;
  const writes = () => box?.zendesk.writes() ?? { accepted: 0, pending: 0 };
  const paging = source === 'cursor' || source === 'next' ? source : undefined;
  const api = paging && (await startHttpApi({ now: clock.serverNow, writes }));
  const environment = await createEnvironment({
    customers: 0,
    jobLatencyMs: 250,
    ...twins,
    ...(source === 'zendesk' && { from: 'zendesk' }),
    ...(api && paging && { source: api.configText(paging, moreOfSource) }),
    more,
    now: clock.serverNow,
    ports: {
      clock,
      replyMs,
      ...defined({ onFailpoint }),
      ...(isReadSlowly && { sourceLimits: { perMinute: 1, concurrent: 1 } }),
    },
  });
  box = environment.box;
  if (source === undefined && moreOfSource !== '') addToSource(environment, moreOfSource);
  const cli: CommandContext = {
    ...environment,
    clock,
    api,
    ...createActor(environment, scenario),
    reconnect() {
      const path = join(environment.folder, 'rolodesk.yaml');
      const text = readFileSync(path, 'utf8')
        .replace(/refreshToken: sandbox-refresh.*/, `refreshToken: ${environment.box.quickbooks.reconnect()}`)
        .replace(/refreshToken: sandbox-zendesk.*/, `refreshToken: ${environment.box.zendesk.reconnect()}`)
        .replace(/refreshToken: a-refresh.*/, `refreshToken: ${api?.reconnect()}`);
      writeFileSync(path, text);
    },
    async close() {
      await environment.close();
      await api?.close();
    },
  };
  await scenario.prepare?.(cli);
  return cli;
}
