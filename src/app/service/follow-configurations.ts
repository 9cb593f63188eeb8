import type { Clock } from '../../core/clock.ts';
import { RolodeskError } from '../../core/domain/errors.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { Listener } from '../../core/service/events.ts';
import type { ManagedPipeline } from '../../core/service/managed-pipeline.ts';
import type { Overview } from '../../core/service/overview.ts';
import type { Supervisor } from '../../core/service/types.ts';
import type { Host } from '../host.ts';
import type { Catalog, ConfigurationProblem, FollowedConfiguration } from './catalog/catalog.ts';
import type { PipelineFacts } from './catalog/facts.ts';
import type { ServiceSchedules } from './schedules.ts';
import { healthOf, standingsOf } from './standings.ts';

/** So many are read before the service starts with them. It reads the others meanwhile. */
const readAtStart = 500;
/** So many are read before those that were read are followed. */
const readAtOnce = 250;

export interface ConfigurationFollower {
  /** The configurations that are followed, or about to be, by the name of the pipeline. */
  find(pipeline: string): FollowedConfiguration | undefined;
  all(): readonly FollowedConfiguration[];
  /** Reads what is new or has changed and follows it. Never rejects: what is no good is reported. */
  reload(): Promise<void>;
  /** The first time. Rejects if nothing can be followed at all. Resolves once most are followed; `rest` reads the others. */
  start(): Promise<{ readonly rest: Promise<void> }>;
  /** Resolves when nothing is being read. */
  idle(): Promise<void>;
}

interface FollowerOptions {
  readonly catalog: Catalog;
  readonly supervisor: Pick<Supervisor, 'setPipelines'>;
  readonly schedules: () => ServiceSchedules;
  /** Others follow these schedules too: how pipelines stand is looked up with each turn. */
  readonly isShared: boolean;
  /** Otherwise nobody expects a pipeline to run by itself. */
  readonly followsSchedules: boolean;
  readonly overview: Overview;
  readonly managed: (configuration: FollowedConfiguration) => ManagedPipeline;
  readonly emit: Listener;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export function createConfigurationFollower({
  catalog,
  supervisor,
  schedules,
  isShared,
  followsSchedules,
  overview,
  managed,
  emit,
  host,
  clock,
  log,
  signal,
}: FollowerOptions): ConfigurationFollower {
  let followed: ReadonlyMap<string, FollowedConfiguration> = new Map();
  let arriving = followed;
  const reporter = createReporter({ emit, host, clock });
  /** Made once for each: the supervisor knows by it that nothing has changed. */
  const pipelines = new WeakMap<FollowedConfiguration, ManagedPipeline>();

  function pipelineOf(configuration: FollowedConfiguration): ManagedPipeline {
    const pipeline = pipelines.get(configuration) ?? managed(configuration);
    pipelines.set(configuration, pipeline);
    return pipeline;
  }

  async function take(): Promise<void> {
    const all = catalog.followed();
    arriving = new Map(all.map((one) => [one.facts.name, one]));
    const hasChanged = all.length !== followed.size || all.some((one) => followed.get(one.facts.name) !== one);
    try {
      if (hasChanged) await follow(all);
    } finally {
      arriving = followed;
    }
    reporter.report(catalog.problems(), { hasChanged, pipelines: [...followed.keys()] });
  }

  async function follow(all: readonly FollowedConfiguration[]): Promise<void> {
    const fresh = all.flatMap(({ facts }) => (followed.has(facts.name) ? [] : [facts]));
    if (!isShared) await prepare(fresh, { schedules: schedules(), overview, host, clock, log });
    await supervisor.setPipelines(all.map(pipelineOf));
    followed = arriving;
    for (const { name, schedule } of fresh)
      if (!schedule && followsSchedules) log.warn({ pipeline: name }, 'has no schedule: it runs only on request');
  }

  async function readRest(): Promise<void> {
    for (let left = 1; left > 0 && !signal.aborted; ) {
      left = await catalog.readSome(readAtOnce);
      await take();
    }
  }

  let working: Promise<void> = Promise.resolve();
  /** One after the other. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    working = working.then(() => work().catch(reporter.failed));
    return working;
  }

  return {
    find: (pipeline) => arriving.get(pipeline) ?? followed.get(pipeline),
    all: () => [...followed.values()],
    reload: () =>
      inTurn(async () => {
        await catalog.look();
        await readRest();
      }),
    async start() {
      await catalog.look();
      const left = await catalog.readSome(readAtStart);
      const [problem] = catalog.problems();
      if (left === 0 && catalog.followed().length === 0 && problem) throw problem.error;
      await take();
      return { rest: left === 0 ? Promise.resolve() : inTurn(readRest) };
    },
    idle: () => working,
  };
}

/** Looks up how pipelines stand that were not followed before. */
async function prepare(
  fresh: readonly PipelineFacts[],
  {
    schedules,
    overview,
    host,
    clock,
    log,
  }: Pick<FollowerOptions, 'overview' | 'host' | 'clock' | 'log'> & { readonly schedules: ServiceSchedules },
): Promise<void> {
  const standings = await standingsOf(fresh, { ...host, clock, log });
  const names = fresh.map(({ name }) => name);
  await schedules.prepare(names, standings);
  for (const name of names) {
    const standing = standings.get(name);
    overview.updateHealth(name, standing ? healthOf(standing) : { deadLetters: 0, pending: 0 });
  }
}

/** Says what was read and what is no good: each problem once, until it is another one. */
function createReporter({
  emit,
  host: { redactor },
  clock,
}: {
  readonly emit: Listener;
  readonly host: Host;
  readonly clock: Clock;
}) {
  let reported: ReadonlySet<string> = new Set();
  let hasFailed = false;
  return {
    report(
      problems: readonly ConfigurationProblem[],
      { hasChanged, pipelines }: { readonly hasChanged: boolean; readonly pipelines: readonly string[] },
    ): void {
      const before = reported;
      reported = new Set(problems.map(keyOf));
      const isResolved = [...before].some((key) => !reported.has(key));
      if (hasChanged || isResolved || hasFailed) emit({ kind: 'config-reloaded', at: clock.now(), pipelines });
      hasFailed = false;
      for (const problem of problems) {
        if (before.has(keyOf(problem))) continue;
        const { label, error, isPreviousInUse } = problem;
        const message = redactor.redact(error.message);
        emit({ kind: 'config-rejected', at: clock.now(), message, configuration: label, isPreviousInUse });
      }
    },
    /** Nothing could be looked for: what was followed goes on. */
    failed(error: unknown): void {
      const isKnown = error instanceof RolodeskError || (error instanceof Error && 'code' in error);
      if (!isKnown) throw error;
      hasFailed = true;
      emit({
        kind: 'config-rejected',
        at: clock.now(),
        message: redactor.redact(error.message),
        isPreviousInUse: true,
      });
    },
  };
}

function keyOf({ label, error }: ConfigurationProblem): string {
  return `${label} ${error.message}`;
}
