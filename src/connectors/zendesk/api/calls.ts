import type { z } from 'zod';
import type { Clock } from '../../../core/clock.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../core/http/types.ts';
import * as shape from './api-schemas.ts';
import { isTooManyJobs, type RefusalWords, refusalOf } from './http.ts';

export type BulkReply =
  | { readonly kind: 'job'; readonly jobId: string }
  | { readonly kind: 'too-many-jobs' }
  /** The whole request, perhaps for one of its rows. */
  | ({ readonly kind: 'refused' } & RefusalWords)
  | { readonly kind: 'forbidden' };

/** How requests are sent, as `createZendeskApi` sends its own. */
export interface Calls {
  call(request: Omit<HttpRequest, 'path'> & { readonly path: string }): Promise<HttpResponse>;
  get<T>(
    schema: z.ZodType<T>,
    path: string,
    query: NonNullable<HttpRequest['query']>,
    signal: AbortSignal,
    priority?: number,
  ): Promise<T>;
  bulk(request: Pick<HttpRequest, 'method' | 'path' | 'body' | 'query' | 'signal'>): Promise<BulkReply>;
}

/** How every endpoint is called. What Zendesk's responses say of its clock is remembered. */
export function createCalls({
  http,
  clock,
  onApiWarning,
}: {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly onApiWarning?: (text: string) => void;
}) {
  /** Zendesk's time less our elapsed one: the machine's own clock may be wrong, or be set in mid-run. */
  let offsetMs: number | undefined;

  async function call(request: Omit<HttpRequest, 'path'> & { readonly path: string }): Promise<HttpResponse> {
    const response = await http.request({ ...request, path: `/api/v2${request.path}` });
    const date = Date.parse(response.headers.date ?? '');
    if (!Number.isNaN(date)) offsetMs = date - clock.elapsed();
    const warning = response.headers['x-zendesk-api-warn'];
    if (warning) onApiWarning?.(warning);
    return response;
  }

  async function get<T>(
    schema: z.ZodType<T>,
    path: string,
    query: NonNullable<HttpRequest['query']>,
    signal: AbortSignal,
    priority = 0,
  ): Promise<T> {
    const response = await call({ method: 'GET', path, query, signal, idempotent: true, priority });
    return shape.parseResponse(schema, jsonOf(response), `GET ${path}`);
  }

  async function bulk(request: Pick<HttpRequest, 'method' | 'path' | 'body' | 'query' | 'signal'>): Promise<BulkReply> {
    const expect = [400, 403, 413, 422];
    const response = await call({ ...request, idempotent: false, expect, accept: isTooManyJobs });
    if (response.status === 403) return { kind: 'forbidden' };
    if (response.status === 429) return { kind: 'too-many-jobs' };
    if (response.status >= 400) return { kind: 'refused', ...refusalOf(response) };
    return {
      kind: 'job',
      jobId: shape.parseResponse(shape.oneJob, jsonOf(response), `${request.method} ${request.path}`).job_status.id,
    };
  }

  return {
    call,
    get,
    bulk,
    /** Zendesk's clock, by the Date of its last reply. */
    serverNow: (): number => (offsetMs === undefined ? clock.now() : Math.floor(clock.elapsed() + offsetMs)),
  };
}

export function jsonOf({ body }: HttpResponse): unknown {
  return body.kind === 'json' ? body.value : undefined;
}
