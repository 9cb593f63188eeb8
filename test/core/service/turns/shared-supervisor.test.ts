import { describe, expect, test } from 'vitest';
import type { RunReport } from '../../../../src/core/domain/run/run-report.ts';
import type { ServiceEvent } from '../../../../src/core/service/events.ts';
import type { ManagedPipeline } from '../../../../src/core/service/managed-pipeline.ts';
import type { Retry } from '../../../../src/core/service/retry.ts';
import { createSchedule, scheduleOf } from '../../../../src/core/service/schedule.ts';
import { createProcessTurns } from '../../../../src/core/service/turns/process-turns.ts';
import { createSharedSupervisor, type SharedTurns } from '../../../../src/core/service/turns/shared-supervisor.ts';
import type { ScheduleStore } from '../../../../src/core/service/types.ts';
import { quiet } from '../../../kit/ports.ts';
import { createScheduleStore, reportOf } from '../../../kit/service/supervising.ts';
import { createTestClock, type TestClock } from '../../../kit/test-clock.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface Saved {
  readonly nextAt: number | undefined;
  readonly configuration: string;
  readonly retries: Readonly<Record<string, Retry>>;
}

/** What a database would keep, for workers of one test. */
function createShared(clock: TestClock): SharedTurns & { readonly saved: Map<string, Saved> } {
  const saved = new Map<string, Saved>();
  const turns = createProcessTurns({ clock, worker: { id: 'w', host: 'here', version: '1' } });
  return {
    saved,
    turns,
    sweepMs: 1_500,
    close: async () => undefined,
    due: {
      load: async (account) => ({ retries: saved.get(account)?.retries ?? {} }),
      save: async (account, next) => void saved.set(account, next),
      remove: async (account) => void saved.delete(account),
      changed: async (configurations) =>
        [...configurations].flatMap(([account, text]) => (saved.get(account)?.configuration === text ? [] : [account])),
    },
    async sweep() {
      for (const [account, one] of saved)
        if (one.nextAt !== undefined && one.nextAt <= clock.now()) {
          saved.set(account, { ...one, nextAt: clock.now() + minuteMs });
          await turns.nudge([account]);
        }
    },
  };
}

interface Run {
  readonly worker: string;
  readonly account: string;
  readonly pipeline: string;
  readonly from: number;
  to: number;
}

/** Workers over pipelines whose runs only take their time. */
function startWorkers({
  clock,
  names = ['a', 'b'],
  pipelines,
  schedules = createScheduleStore(),
  shared = createShared(clock),
  run = async () => reportOf('p'),
}: {
  readonly clock: TestClock;
  readonly names?: readonly string[];
  readonly pipelines: readonly {
    readonly name: string;
    readonly account: string;
    readonly cron?: string;
    readonly tookMs?: number;
  }[];
  readonly schedules?: ScheduleStore;
  readonly shared?: SharedTurns;
  readonly run?: (worker: string, pipeline: string) => Promise<RunReport>;
}) {
  const runs: Run[] = [];
  const events: ServiceEvent[] = [];
  const workers = names.map((worker) => {
    const stop = new AbortController();
    const listeners = [(event: ServiceEvent) => void events.push(event)];
    const supervisor = createSharedSupervisor({ shared, clock, log: quiet, schedules, listeners, concurrency: 2 });
    const managed = pipelines.map(
      ({ name, account, cron, tookMs = 10_000 }): ManagedPipeline => ({
        name,
        turn: account,
        schedule: cron === undefined ? undefined : createSchedule(scheduleOf(cron), name),
        async run({ started, signal }) {
          started();
          const one: Run = { worker, account, pipeline: name, from: clock.now(), to: Number.POSITIVE_INFINITY };
          runs.push(one);
          await clock.sleep(tookMs, signal).catch(() => undefined);
          one.to = clock.now();
          if (signal.aborted) return reportOf(name, { outcome: 'paused' });
          return await run(worker, name);
        },
      }),
    );
    const ended = supervisor.setPipelines(managed).then(() => supervisor.run(stop.signal));
    return { name: worker, supervisor, ended, stop: () => stop.abort(new Error('asked to stop')) };
  });
  return {
    runs,
    events,
    shared,
    workers,
    async stop() {
      for (const worker of workers) worker.stop();
      await clock.until(Promise.all(workers.map(({ ended }) => ended)));
    },
  };
}

const overlaps = (runs: readonly Run[], account: string): number => {
  const ofAccount = runs.filter((run) => run.account === account);
  return ofAccount.filter((run) =>
    ofAccount.some((other) => other.worker !== run.worker && other.from < run.to && run.from < other.to),
  ).length;
};

describe('workers that share turns', () => {
  test('for six hours every due run happens once, on time, and no account is at two workers', async () => {
    const clock = createTestClock({ moves: 'by-hand' });
    const pipelines = Array.from({ length: 12 }, (_, index) => ({
      name: `p${index}`,
      account: `account${index % 5}`,
      cron: '*/15 * * * *',
    }));
    const played = startWorkers({ clock, names: ['a', 'b', 'c'], pipelines });
    await clock.play(6 * hourMs + minuteMs);
    await played.stop();
    const counts = new Set(pipelines.map(({ name }) => played.runs.filter(({ pipeline }) => pipeline === name).length));
    expect([...counts]).toEqual([24]);
    expect(new Set(played.runs.map(({ worker }) => worker)).size).toBeGreaterThan(1);
    for (let account = 0; account < 5; account += 1) expect(overlaps(played.runs, `account${account}`)).toBe(0);
    const lateness = played.runs.map(({ from }) => from % (15 * minuteMs));
    expect(Math.max(...lateness)).toBeLessThan(minuteMs);
    expect(played.events.filter(({ kind }) => kind === 'runs-missed')).toEqual([]);
  });

  test('a long run holds up no other pipeline of its account', async () => {
    const clock = createTestClock({ moves: 'by-hand' });
    const pipelines = [
      { name: 'first-load', account: 'x', cron: '0 13 * * *', tookMs: 2 * hourMs },
      { name: 'small', account: 'x', cron: '*/15 * * * *' },
    ];
    const played = startWorkers({ clock, pipelines });
    await clock.play(3 * hourMs + minuteMs);
    await played.stop();
    expect(played.runs.filter(({ pipeline }) => pipeline === 'small').length).toBe(12);
    expect(overlaps(played.runs, 'x')).toBe(0);
  });

  test('a worker that is asked to stop gives its turn back at once, and another one makes up for the run', async () => {
    const clock = createTestClock({ moves: 'by-hand' });
    const pipelines = [{ name: 'p', account: 'x', cron: '0 * * * *', tookMs: 10 * minuteMs }];
    const played = startWorkers({ clock, pipelines });
    await clock.play(hourMs + minuteMs);
    const [first] = played.runs;
    played.workers.find(({ name }) => name === first?.worker)?.stop();
    await clock.play(11 * minuteMs);
    expect(played.runs.map(({ worker }) => worker)).toEqual([first?.worker, first?.worker === 'a' ? 'b' : 'a']);
    expect((played.runs[1]?.from ?? 0) - (played.runs[0]?.to ?? 0)).toBeLessThan(5_000);
    await played.stop();
  });

  test('a run that failed is tried again after 1, 2, 4 minutes, whichever worker it was', async () => {
    const clock = createTestClock({ moves: 'by-hand' });
    const error = { code: 'unavailable', exitCode: 4, message: 'away' };
    const pipelines = [{ name: 'p', account: 'x', cron: '0 */6 * * *', tookMs: 1 }];
    const played = startWorkers({
      clock,
      pipelines,
      run: async (_, pipeline) => reportOf(pipeline, { outcome: 'failed', error }),
    });
    await clock.play(6 * hourMs + 10 * minuteMs);
    await played.stop();
    const minutes = played.runs.map(({ from }) => Math.floor((from % hourMs) / minuteMs));
    expect(minutes).toEqual([0, 1, 3, 7]);
  });

  test('an account that is not configured any more is forgotten, and a nudge for it ends nothing', async () => {
    const clock = createTestClock({ moves: 'by-hand' });
    const shared = createShared(clock);
    shared.saved.set('gone', { nextAt: clock.now(), configuration: '', retries: {} });
    const played = startWorkers({ clock, shared, pipelines: [{ name: 'p', account: 'x', cron: '*/15 * * * *' }] });
    await clock.play(16 * minuteMs);
    await played.stop();
    expect(shared.saved.has('gone')).toBe(false);
    expect(played.runs.length).toBe(1);
  });

  test('what is asked for is a nudge: the turn finds what waits', async () => {
    const clock = createTestClock({ moves: 'by-hand' });
    const nudged: string[] = [];
    const shared = createShared(clock);
    const nudge: SharedTurns['turns']['nudge'] = async (accounts) => void nudged.push(...accounts);
    const played = startWorkers({
      clock,
      shared: { ...shared, turns: { ...shared.turns, nudge } },
      pipelines: [{ name: 'p', account: 'x' }],
    });
    await clock.settle();
    expect(await played.workers[0]?.supervisor.requestRun('p', 'change')).toEqual({ kind: 'dropped' });
    expect(nudged).toContain('x');
    await played.stop();
  });
});
