import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../domain/log.ts';
import type { Listener, ServiceEvent } from '../events.ts';
import type { ManagedPipeline } from '../managed-pipeline.ts';
import type { PipelineView, ScheduleStore, Supervisor } from '../types.ts';
import type { Turns } from './turns.ts';
import { workThrough } from './work-through.ts';
import { type ConfiguredAccount, createWorker, type DueAccounts } from './worker.ts';

/** What workers share: see `openSharedTurns`. */
export interface SharedTurns {
  readonly turns: Turns;
  readonly due: DueAccounts;
  /** Says that this worker is alive, nudges what is due, frees turns of workers that died. */
  sweep(): Promise<void>;
  readonly sweepMs: number;
  close(): Promise<void>;
}

export interface SharedSupervisorOptions {
  readonly shared: SharedTurns;
  readonly clock: Clock;
  readonly log: Logger;
  readonly schedules: ScheduleStore;
  readonly listeners: readonly Listener[];
  /** Turns at once, and runs of one account at once. */
  readonly concurrency: number;
}

interface Account extends ConfiguredAccount {
  readonly pipelines: readonly ManagedPipeline[];
}

const minuteMs = 60_000;

/**
 * The supervisor of one of many workers. It follows the schedules of an account while it has its turn, and requests for
 * runs are nudges: whichever worker takes the turn finds what waits. A pipeline's `turn` is its destination account.
 */
export function createSharedSupervisor(options: SharedSupervisorOptions): Supervisor {
  const { shared, clock, log, schedules, listeners, concurrency } = options;
  let accounts: ReadonlyMap<string, Account> = new Map();
  /** By account, while this worker has its turn. */
  const atWork = new Map<string, Pick<Supervisor, 'status'>>();
  const worker = createWorker({
    clock,
    log,
    turns: shared.turns,
    due: shared.due,
    accounts: () => accounts,
    sweep: async () => {
      await shared.sweep();
      tick();
    },
    sweepMs: shared.sweepMs,
    concurrency,
  });

  let lastEventAt = Number.NEGATIVE_INFINITY;
  /** Once a minute, for what shows this worker. Alerts get theirs with the turns. */
  function tick(): void {
    if (clock.elapsed() - lastEventAt < minuteMs) return;
    lastEventAt = clock.elapsed();
    for (const listener of listeners) listener({ kind: 'tick', at: clock.now() });
  }

  /** Without ticks: this worker has its own. */
  function emit(event: ServiceEvent): void {
    if (event.kind !== 'tick') for (const listener of listeners) listener(event);
  }

  function accountOf(account: string, pipelines: readonly ManagedPipeline[]): Account {
    return {
      pipelines,
      configuration: configurationOf(pipelines),
      async work(turn, { retries, signal }) {
        try {
          const onSupervisor = (supervisor: Pick<Supervisor, 'status'>): void => void atWork.set(account, supervisor);
          const ports = { clock, log, concurrency, schedules, listeners: [emit] };
          return await workThrough({ ...ports, turn, pipelines, retries, onSupervisor, signal });
        } finally {
          atWork.delete(account);
        }
      },
    };
  }

  function viewsOf(account: string, { pipelines }: Account): readonly PipelineView[] {
    return atWork.get(account)?.status() ?? pipelines.map((pipeline) => restingView(pipeline, clock.now()));
  }

  return {
    async setPipelines(given) {
      const grouped = Map.groupBy(given, ({ turn }) => turn);
      accounts = new Map(Array.from(grouped, ([account, pipelines]) => [account, accountOf(account, pipelines)]));
      worker.look();
    },
    run: worker.run,
    async requestRun(pipeline) {
      for (const [account, { pipelines }] of accounts)
        if (pipelines.some(({ name }) => name === pipeline)) await shared.turns.nudge([account]);
      // Which worker takes it, and what becomes of it, is in the state.
      return { kind: 'dropped' };
    },
    status: () => Array.from(accounts, ([name, account]) => viewsOf(name, account)).flat(),
    lastTickAt: worker.lastTickAt,
  };
}

/** Another worker may run it at this moment: what is known of it is in the state. */
function restingView({ name, schedule }: ManagedPipeline, now: number): PipelineView {
  return {
    name,
    schedule,
    state: 'idle',
    nextAt: undefined,
    missed: 0,
    lastMissedAt: undefined,
    runningSince: undefined,
    lastSuccessOrStartAt: now,
  };
}

/** The same for the same pipelines and schedules. */
function configurationOf(pipelines: readonly ManagedPipeline[]): string {
  const hash = createHash('sha256');
  const parts = pipelines.map(({ name, schedule }) => JSON.stringify([name, schedule?.text ?? null]));
  for (const part of parts.sort()) hash.update(part);
  return hash.digest('hex').slice(0, 16);
}
