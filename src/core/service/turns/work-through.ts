import type { Clock } from '../../clock.ts';
import type { Logger } from '../../domain/log.ts';
import type { Listener } from '../events.ts';
import type { ManagedPipeline, TurnCompanion } from '../managed-pipeline.ts';
import type { Retry } from '../retry.ts';
import { createSupervisor } from '../supervisor.ts';
import type { ScheduleStore, Supervisor } from '../types.ts';
import type { Turn } from './turns.ts';

export interface TurnOptions {
  readonly turn: Pick<Turn, 'lease'>;
  /** Of the account. */
  readonly pipelines: readonly ManagedPipeline[];
  readonly schedules: ScheduleStore;
  readonly listeners: readonly Listener[];
  /** By pipeline: runs to be tried again. */
  readonly retries: Readonly<Record<string, Retry>>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Runs of the account at once. */
  readonly concurrency: number;
  /** Called with what can say how the pipelines stand during the turn. */
  readonly onSupervisor: (supervisor: Pick<Supervisor, 'status'>) => void;
  readonly signal: AbortSignal;
}

export interface WorkedThrough {
  /** When something is due next. Undefined: nothing is. */
  readonly nextAt: number | undefined;
  readonly retries: Readonly<Record<string, Retry>>;
  /** The signal stopped it before everything was done. */
  readonly isUnfinished: boolean;
}

/** When changes of a failed run are tried again. The schedule goes on meanwhile. */
const changesAgainMs = 60_000;

/**
 * Works through what is due in an account: runs by schedule and those to be tried again, and what webhooks reported. What
 * becomes due meanwhile is part of it, so that a long run holds up no other pipeline of the account.
 */
export async function workThrough({
  turn,
  pipelines,
  schedules,
  listeners,
  retries,
  onSupervisor,
  signal,
  ...ports
}: TurnOptions): Promise<WorkedThrough> {
  const { clock } = ports;
  const companions: TurnCompanion[] = [];
  const { lease } = turn;
  const supervisor = createSupervisor({
    ...ports,
    schedules: {
      ...schedules,
      retryOf: (pipeline) => retries[pipeline],
      async save(pipeline, state) {
        // A worker that was frozen must not set back what another one has done since.
        await lease?.assertHeld();
        await schedules.save(pipeline, state);
      },
      async saveAll(states) {
        await lease?.assertHeld();
        await schedules.saveAll(states);
      },
    },
    listeners: [
      ...listeners,
      (event) => {
        for (const { listener, lookAgain } of companions) {
          listener(event);
          // What other machines receive during a long run must not wait for its end.
          if (event.kind === 'tick') lookAgain();
        }
      },
    ],
    endsWhenIdle: true,
  });
  onSupervisor(supervisor);
  // The account is this worker's, so its pipelines may run side by side.
  await supervisor.setPipelines(
    pipelines.map((one) => ({ ...one, turn: one.name, run: (how) => one.run({ ...how, lease }) })),
  );
  try {
    await Promise.all(
      pipelines.map(async ({ openCompanion }) => {
        const companion = await openCompanion?.(supervisor.requestRun);
        if (companion) companions.push(companion);
        await companion?.start();
      }),
    );
    await supervisor.run(signal);
  } finally {
    for (const companion of companions) await companion.close();
  }
  const now = clock.now();
  const views = supervisor.status();
  const changesAt = companions.some((companion) => companion.isOpen()) ? [now + changesAgainMs] : [];
  const lookedAt = companions.map(({ everyMs }) => (everyMs === undefined ? undefined : now + everyMs));
  const times = [...views.flatMap(({ nextAt, retry }) => [nextAt, retry?.at]), ...changesAt, ...lookedAt].filter(
    (at) => at !== undefined,
  );
  return {
    nextAt: times.length > 0 ? Math.min(...times) : undefined,
    retries: Object.fromEntries(views.flatMap(({ name, retry }) => (retry ? [[name, retry]] : []))),
    isUnfinished: signal.aborted,
  };
}
