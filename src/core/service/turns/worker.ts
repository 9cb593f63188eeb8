import type { Clock } from '../../clock.ts';
import { RolodeskError } from '../../domain/errors.ts';
import type { Logger } from '../../domain/log.ts';
import type { Retry } from '../retry.ts';
import type { Turn, Turns } from './turns.ts';
import type { WorkedThrough } from './work-through.ts';

/** When accounts are due, as all workers see it. */
export interface DueAccounts {
  load(account: string): Promise<{ readonly retries: Readonly<Record<string, Retry>> }>;
  save(
    account: string,
    next: {
      readonly nextAt: number | undefined;
      readonly configuration: string;
      readonly retries: Readonly<Record<string, Retry>>;
    },
    fence: number | undefined,
  ): Promise<void>;
  /** It is not configured any more. Whoever knows it looks at it again. */
  remove(account: string): Promise<void>;
  /** Of these accounts and their configurations, those that were never looked at, or by another configuration. */
  changed(configurations: ReadonlyMap<string, string>): Promise<readonly string[]>;
}

/** A configured account. */
export interface ConfiguredAccount {
  /** Names and schedules of its pipelines: when it changes, the account is looked at. */
  readonly configuration: string;
  /** Works through what is due there. */
  work(
    turn: Turn,
    options: { readonly retries: Readonly<Record<string, Retry>>; readonly signal: AbortSignal },
  ): Promise<WorkedThrough>;
}

export interface WorkerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly turns: Turns;
  readonly due: DueAccounts;
  /** Asked for each time: the configuration may change. */
  readonly accounts: () => ReadonlyMap<string, ConfiguredAccount>;
  /** Done again and again: says that the worker is alive, nudges what is due, frees turns of the dead. */
  readonly sweep: () => Promise<void>;
  readonly sweepMs: number;
  /** Turns that this worker has at once. */
  readonly concurrency: number;
}

export interface Worker {
  /** Takes turns until the signal aborts, and gives back the last one before it resolves. */
  run(signal: AbortSignal): Promise<void>;
  /** The configuration has changed. */
  look(): void;
  /** When it last swept or took a turn, by `clock.elapsed()`. */
  lastTickAt(): number;
}

/** How often it is asked whether accounts of the configuration were never looked at. */
const lookMs = 60_000;
/** When an account is taken up again whose turn failed before it could say what is due. */
const failedAgainMs = 30_000;
/** While the database is away, doubling. */
const initialWaitMs = 1_000;
const maxWaitMs = 15_000;

/**
 * Takes turns while it has places, and works through each account. What the database refuses meanwhile ends a turn at
 * most, never the worker: it goes on when the database is back.
 */
export function createWorker(options: WorkerOptions): Worker {
  const { clock, log, turns, due, accounts, sweep, sweepMs, concurrency } = options;
  const inFlight = new Set<Promise<void>>();
  let lastTickAt = clock.elapsed();
  let lookedAt = Number.NEGATIVE_INFINITY;
  const work = createTurnWork(options);

  async function lookForNew(): Promise<void> {
    if (clock.elapsed() - lookedAt < lookMs) return;
    const configurations = new Map(
      Array.from(accounts(), ([name, { configuration }]) => [name, configuration] as const),
    );
    const changed = await due.changed(configurations);
    if (changed.length > 0) await turns.nudge(changed);
    lookedAt = clock.elapsed();
  }

  async function takeTurns(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const turn = inFlight.size < concurrency ? await turns.take() : undefined;
      lastTickAt = clock.elapsed();
      if (!turn) {
        await turns.wait(signal);
        continue;
      }
      const ended = work(turn, signal);
      inFlight.add(ended);
      void ended.then(() => inFlight.delete(ended));
    }
  }

  async function sweepAgain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await lookForNew();
      await sweep();
      lastTickAt = clock.elapsed();
      await clock.sleep(sweepMs, signal);
    }
  }

  return {
    async run(signal) {
      await Promise.all([takeTurns, sweepAgain].map((task) => keepOn(task, { clock, log, signal })));
      await Promise.all(inFlight);
    },
    look: () => {
      lookedAt = Number.NEGATIVE_INFINITY;
    },
    lastTickAt: () => lastTickAt,
  };
}

/** Works on a turn and gives it back. Never rejects: a failure ends neither the worker nor its other turns. */
function createTurnWork({ log, turns, due, accounts }: WorkerOptions) {
  async function work(turn: Turn, signal: AbortSignal): Promise<void> {
    const { account } = turn;
    try {
      const configured = accounts().get(account);
      if (!configured) {
        await due.remove(account);
        return await turn.release();
      }
      const ended = await configured.work(turn, { ...(await due.load(account)), signal });
      await due.save(account, { ...ended, configuration: configured.configuration }, turn.lease?.fence);
      await turn.release({ again: ended.isUnfinished });
    } catch (error) {
      report(log, account, error);
      await tryAgainLater(turn);
    }
  }

  async function tryAgainLater(turn: Turn): Promise<void> {
    try {
      await turns.nudge([turn.account], { afterMs: failedAgainMs });
    } catch (error) {
      // The database is away. The account is still due, so a sweep nudges it.
      report(log, turn.account, error);
    }
    await turn.release();
  }

  return work;
}

/** Does `task` until the signal aborts, and again after each failure. */
async function keepOn(
  task: (signal: AbortSignal) => Promise<void>,
  { clock, log, signal }: Pick<WorkerOptions, 'clock' | 'log'> & { readonly signal: AbortSignal },
): Promise<void> {
  let waitMs = initialWaitMs;
  let since = clock.elapsed();
  while (!signal.aborted) {
    try {
      await task(signal);
    } catch (error) {
      if (signal.aborted) return;
      report(log, undefined, error);
      if (clock.elapsed() - since > maxWaitMs * 2) waitMs = initialWaitMs;
      since = clock.elapsed();
      await clock.sleep(waitMs, signal).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, maxWaitMs);
    }
  }
}

function report(log: Logger, account: string | undefined, error: unknown): void {
  const known = error instanceof RolodeskError;
  const fields = { ...(account !== undefined && { account }), ...(known && { code: error.code }) };
  if (known) return log.warn({ ...fields, reason: error.message }, 'a turn ended early');
  log.error({ ...fields, stack: error instanceof Error ? error.stack : String(error) }, 'internal error');
}
