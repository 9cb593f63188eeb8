import { defined } from '../../defined.ts';
import type { PipelineOverview } from '../overview.ts';

/** A pipeline as a monitor reads it. */
interface PipelineLine {
  readonly pipeline: string;
  readonly state: PipelineOverview['state'];
  readonly next: string | null;
  readonly lastSuccess: string | null;
  readonly stuck: boolean;
  readonly missed: number;
  /** Why its last run could not start. */
  readonly refused?: string;
  readonly deadLetters?: number;
  readonly pending?: number;
}

interface Page {
  readonly pipelines: readonly PipelineLine[];
  /** How many the filter lets through. */
  readonly total: number;
  /** What `after` of the next page is. Absent on the last one. */
  readonly next?: string;
}

const usualLimit = 100;
const maxLimit = 1_000;

const filters: Readonly<Record<string, (one: PipelineOverview) => boolean>> = {
  stuck: ({ stuck }) => stuck,
  refused: ({ refused }) => refused !== undefined,
  running: ({ runningSince }) => runningSince !== undefined,
  waiting: ({ state }) => state === 'queued',
  rejects: ({ deadLetters = 0 }) => deadLetters > 0,
};

/** Pipelines in the order of their names: `limit`, `after` (a name), `name` (a part of it), `only` (a filter). */
export function pipelinePage(
  all: readonly PipelineOverview[],
  query: URLSearchParams,
): Page | { readonly error: string } {
  const only = query.get('only');
  const filter = only === null ? () => true : filters[only];
  if (!filter) return { error: `only: expected ${Object.keys(filters).join(', ')}` };
  const limit = Number(query.get('limit') ?? usualLimit);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) return { error: `limit: expected 1 to ${maxLimit}` };
  const part = query.get('name') ?? '';
  const after = query.get('after');
  const found = all.filter((one) => one.name.includes(part) && filter(one)).sort((a, b) => compare(a.name, b.name));
  const rest = after === null ? found : found.filter(({ name }) => compare(name, after) > 0);
  const next = rest.length > limit ? rest[limit - 1]?.name : undefined;
  return { pipelines: rest.slice(0, limit).map(lineOf), total: found.length, ...defined({ next }) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function lineOf({
  name,
  state,
  nextAt,
  lastSuccessAt,
  stuck,
  missed,
  refused,
  ...counts
}: PipelineOverview): PipelineLine {
  const { deadLetters, pending } = counts;
  return {
    pipeline: name,
    state,
    next: timeOf(nextAt),
    lastSuccess: timeOf(lastSuccessAt),
    stuck,
    missed,
    ...defined({ refused: refused?.code, deadLetters, pending }),
  };
}

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
