import { countHeld } from '../../../core/pipeline/held-reasons.ts';
import { isOverdue } from '../../../core/service/due.ts';
import type { PipelineOverview } from '../../../core/service/overview.ts';
import { createSchedules } from '../../../core/service/schedule.ts';
import type { Glance } from '../../../core/state/service/glance.ts';
import type { FollowedConfiguration } from '../../service/catalog/catalog.ts';
import type { PipelineFacts } from '../../service/catalog/facts.ts';
import type { Answer } from '../api/index.ts';
import { findConnectorTitle } from '../connector-titles.ts';
import type { ConsoleContext } from '../console-context.ts';
import { runSummary, timeOrNull } from './documents.ts';
import type { Glances } from './glances.ts';
import { classify, type Verdict } from './verdict.ts';

export type PipelineSummary = Answer<'getPipeline'>['summary'];

/** A pipeline with what lists find it by. */
export interface PipelineEntry {
  readonly facts: PipelineFacts;
  readonly glance: Glance | undefined;
  readonly view: PipelineOverview | undefined;
  readonly verdict: Verdict;
  readonly needs: PipelineSummary['needs'];
}

/** Looks at pipelines: in their states, and in what the service does with them just now. */
export function createPipelineEntries({ overview, clock, tasks, host }: ConsoleContext, glances: Glances) {
  const createSchedule = createSchedules();

  function isLate({ schedule, name }: PipelineFacts, success: number | undefined): boolean {
    if (schedule === undefined || success === undefined) return false;
    return isOverdue(createSchedule(schedule, name), success, clock.now());
  }

  function entriesOf(
    configurations: readonly FollowedConfiguration[],
    found: ReadonlyMap<string, Glance>,
  ): readonly PipelineEntry[] {
    const views = new Map(overview.pipelines().map((view) => [view.name, view]));
    return configurations.map(({ facts }) => {
      const glance = found.get(facts.name);
      const view = views.get(facts.name);
      const { verdict, needs } = classify(glance, { view, isOverdue: isLate(facts, glance?.lastSuccessAt) });
      return { facts, glance, view, verdict, needs: [...needs] };
    });
  }

  return {
    all: async (configurations: readonly FollowedConfiguration[]) =>
      entriesOf(configurations, await glances.all(configurations.map(({ facts }) => facts))),
    /** Looked at just now. */
    fresh: async (configurations: readonly FollowedConfiguration[]) => {
      const facts = configurations.map((one) => one.facts);
      return entriesOf(configurations, await glances.some(facts, 2));
    },
    summary({ facts, glance, view, verdict, needs }: PipelineEntry): PipelineSummary {
      const { name, identity } = facts;
      const [last] = glance?.runs ?? [];
      const { sourceConnector, sourceAccount, sourceOrigin, destinationOrigin } = identity;
      const [task] = tasks.runningHere(name).filter(({ kind }) => kind !== 'connect');
      const pending = glance?.pending ?? {};
      return {
        name,
        source: {
          connector: sourceConnector,
          title: findConnectorTitle(sourceConnector),
          account: sourceAccount === '' ? sourceOrigin : sourceAccount,
        },
        destination: { label: hostOf(destinationOrigin), origin: destinationOrigin },
        state: task ? 'running' : (view?.state ?? 'idle'),
        verdict,
        needs,
        lastRun: last ? runSummary(last, host) : null,
        lastSuccessAt: timeOrNull(glance?.lastSuccessAt),
        runningSince: task?.startedAt ?? timeOrNull(view?.runningSince),
        nextAt: timeOrNull(view?.nextAt),
        missed: view?.missed ?? 0,
        rejects: glance?.deadLetters ?? 0,
        waiting: Object.values(pending).reduce((sum, count) => sum + count, 0),
        held: countHeld(pending),
        pauseReason: glance?.pauseReason ?? null,
      };
    },
  };
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : origin;
}
