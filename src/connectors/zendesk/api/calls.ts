import type { z } from 'zod';
import type { HttpRequest, HttpResponse } from '../../../core/http/types.ts';
import type { RefusalWords } from './http.ts';

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
