import { createHistogram } from 'node:perf_hooks';
import type { Clock } from '../clock.ts';
import type { EndpointTiming, Timings } from '../domain/request-counters.ts';

export interface TimedRequest {
  readonly method: string;
  readonly path: string;
  /** Undefined: there was no reply, or none that is worth its status. */
  readonly status: number | undefined;
  readonly ms: number;
}

/** No request takes longer: a day. */
const maxMeasuredMs = 86_400_000;
const maxEndpoints = 50;

/** Keeps what a bug report needs of requests, in memory that does not grow with their number. Holds no ids. */
export function createTimings() {
  const endpoints = new Map<string, ReturnType<typeof createEndpoint>>();
  return {
    note({ method, path, status, ms }: TimedRequest): void {
      const name = endpointOf(method, path);
      const known = endpoints.has(name) || endpoints.size < maxEndpoints ? name : `${method} (others)`;
      const endpoint = endpoints.get(known) ?? createEndpoint();
      endpoints.set(known, endpoint);
      endpoint.note(status, ms);
    },
    summary: (): Timings => Object.fromEntries([...endpoints].sort().map(([name, { sum }]) => [name, sum()])),
  };
}

export type TimingsRecorder = ReturnType<typeof createTimings>;

function createEndpoint() {
  const histogram = createHistogram({ lowest: 1, highest: maxMeasuredMs, figures: 2 });
  let count = 0;
  let errors = 0;
  let throttled = 0;
  let maxMs = 0;
  /** A histogram's value is the upper end of what it cannot tell apart: within a hundredth. */
  const percentile = (percent: number): number => Math.min(maxMs, histogram.percentile(percent));

  return {
    note(status: number | undefined, ms: number): void {
      count += 1;
      if (status === 429) throttled += 1;
      else if (status === undefined || status >= 400) errors += 1;
      const whole = Math.max(0, Math.round(ms));
      maxMs = Math.max(maxMs, whole);
      histogram.record(Math.min(Math.max(whole, 1), maxMeasuredMs));
    },
    sum: (): EndpointTiming => ({ count, errors, throttled, p50Ms: percentile(50), p95Ms: percentile(95), maxMs }),
  };
}

/** Measures one exchange. An exchange that was cut short because it was not wanted any more does not count. */
export async function timed<T extends { readonly status: number }>(
  {
    timings,
    clock,
    method,
    path,
    signal,
  }: Pick<TimedRequest, 'method' | 'path'> & {
    readonly timings: TimingsRecorder;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
  exchange: () => Promise<T>,
): Promise<T> {
  const startedAt = clock.elapsed();
  const note = (status: number | undefined): void =>
    timings.note({ method, path, status, ms: clock.elapsed() - startedAt });
  try {
    const reply = await exchange();
    note(reply.status);
    return reply;
  } catch (error) {
    if (!signal.aborted) note(undefined);
    throw error;
  }
}

/** A path in which everything but plain words is replaced: ids, keys, addresses. */
function endpointOf(method: string, path: string): string {
  const [bare = ''] = path.split('?');
  const segments = bare.split('/').map((segment) => (isPlain(segment) ? segment : '{id}'));
  return `${method} ${segments.join('/')}`;
}

function isPlain(segment: string): boolean {
  return (
    segment === '' ||
    segment === 'oauth2' ||
    /^[A-Za-z][A-Za-z_-]{0,29}(\.json)?$/.test(segment) ||
    /^v\d{1,2}(\.\d{1,2})?$/.test(segment)
  );
}
