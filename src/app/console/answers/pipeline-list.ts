import { countHeld } from '../../../core/pipeline/held-reasons.ts';
import type { Glance } from '../../../core/state/service/glance.ts';
import type { FollowedConfiguration } from '../../service/catalog/catalog.ts';
import type { PipelineFacts } from '../../service/catalog/facts.ts';
import type { Answer } from '../api/index.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Handlers } from '../router/handlers.ts';
import { runSummary, timeOf } from './documents.ts';
import type { Glances } from './glances.ts';
import { createPipelineEntries, type PipelineEntry, type PipelineSummary } from './pipeline-entries.ts';
import { rankOf, type Verdict } from './verdict.ts';

type Page = Answer<'listPipelines'>;

const healthRuns = 12;

/** All pipelines as lists show them. */
export function createPipelineList(context: ConsoleContext, glances: Glances) {
  const { pipelines, host } = context;
  const entries = createPipelineEntries(context, glances);

  function healthOf(glance: Glance | undefined): Page['items'][number]['health'] {
    return (glance?.runs ?? []).toReversed().map((run) => {
      const { id, outcome, startedAt, tallies } = runSummary(run, host);
      const writes = tallies ? tallies.created + tallies.updated + tallies.rejected : 0;
      return { id, outcome, startedAt, writes };
    });
  }

  return {
    entries: () => entries.all(pipelines.all()),
    async summary(configuration: FollowedConfiguration): Promise<PipelineSummary> {
      const [entry] = await entries.fresh([configuration]);
      if (!entry) throw new Error('One pipeline has one entry.');
      return entries.summary(entry);
    },
    async page({ search, verdict, sort, cursor, limit }: PageQuery): Promise<Page> {
      const wanted = search?.trim().toLowerCase() ?? '';
      const found = (await entries.all(pipelines.all())).filter(
        (entry) => (verdict === undefined || entry.verdict === verdict) && textOf(entry.facts).includes(wanted),
      );
      const rank = (entry: PipelineEntry): number => (sort === 'name' ? 0 : rankOf(entry.verdict));
      const sorted = found.toSorted((a, b) => rank(a) - rank(b) || compare(a.facts.name, b.facts.name));
      const from = cursor === undefined ? 0 : after(sorted, cursor, rank);
      const shown = sorted.slice(from, from + limit);
      const health = await glances.some(
        shown.map(({ facts }) => facts),
        healthRuns,
      );
      const last = shown.at(-1);
      return {
        items: shown.map((entry) => ({ ...entries.summary(entry), health: healthOf(health.get(entry.facts.name)) })),
        next: from + limit < sorted.length && last ? `${rank(last)} ${last.facts.name}` : null,
        total: found.length,
      };
    },
  };
}

type PageQuery = Parameters<Handlers['listPipelines']>[0]['query'];

/** Behind the pipeline of the cursor, which may be gone, or stand elsewhere by now. */
function after(sorted: readonly PipelineEntry[], cursor: string, rank: (entry: PipelineEntry) => number): number {
  const [, place = '', name = ''] = /^(\d+) ([\s\S]*)$/.exec(cursor) ?? [];
  const index = sorted.findIndex((entry) => {
    const own = rank(entry);
    return own > Number(place) || (own === Number(place) && compare(entry.facts.name, name) > 0);
  });
  return index < 0 ? sorted.length : index;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function textOf({ name, identity }: PipelineFacts): string {
  const { sourceConnector, sourceAccount, sourceOrigin, destinationOrigin } = identity;
  return [name, sourceConnector, sourceAccount, sourceOrigin, destinationOrigin].join('\n').toLowerCase();
}

/** Totals of all pipelines. */
export async function overviewDocument(
  { overview, clock }: ConsoleContext,
  list: ReturnType<typeof createPipelineList>,
): Promise<Answer<'getOverview'>> {
  const entries = await list.entries();
  const count = (verdict: Verdict): number => entries.filter((entry) => entry.verdict === verdict).length;
  const sum = (of: (glance: Glance) => number): number =>
    entries.reduce((total, { glance }) => total + (glance ? of(glance) : 0), 0);
  const { unread, rejected } = overview.configurations();
  return {
    pipelines: entries.length,
    failing: count('failing'),
    attention: count('attention'),
    ok: count('ok'),
    new: count('new'),
    running: entries.filter(({ view }) => view?.state === 'running').length,
    rejects: sum(({ deadLetters }) => deadLetters),
    waiting: sum(({ pending }) => Object.values(pending).reduce((total, one) => total + one, 0)),
    held: sum(({ pending }) => countHeld(pending)),
    reasons: [...overview.reasons()].slice(0, maxReasons),
    configurations: { unread, rejected: rejected.slice(0, maxReasons).map((one) => ({ ...one })) },
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    now: timeOf(clock.now()),
  };
}

const maxReasons = 100;
