import type { SourceOptions } from '../../core/connector.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { AuthError } from '../../core/domain/errors.ts';
import { responseDate } from '../../core/http/response.ts';
import type { HttpResponse } from '../../core/http/types.ts';
import { createHttpAuth } from './auth/auth.ts';
import { buildRequest, type PageRequest } from './build-request.ts';
import type { HttpSourceConfig } from './config.ts';
import type { PageReply, Paginator } from './pagination.ts';
import { parsePage } from './parse-page.ts';
import { normalizerFor } from './rate-headers.ts';
import { createThrottleReader } from './throttled.ts';

/** What APIs answer for a position that they do not take any more. */
const staleStatuses: readonly number[] = [400, 404, 410, 422];

export interface FetchedPage {
  readonly reply: PageReply;
  /** The server's time of the response, in milliseconds. */
  readonly at: number;
}

/** Requests pages as the configuration declares them. */
export function createPageFetcher(options: SourceOptions<HttpSourceConfig>, paginator: Paginator) {
  const { config, http, clock } = options;
  const { request } = config;
  const auth = createHttpAuth(options);
  const client = http({ ...auth.client, ...createThrottleReader(config), ...normalizerFor(config, clock) });

  async function send(
    page: PageRequest,
    { signal, expect }: { readonly signal: AbortSignal; readonly expect: readonly number[] },
  ): Promise<HttpResponse> {
    const part = paginator.part(page.position);
    return await client.request({
      ...buildRequest(config, { page, part, authQuery: auth.query }),
      signal,
      expect,
      idempotent: true,
    });
  }

  async function fetchPage(page: PageRequest, { signal }: CallContext): Promise<FetchedPage> {
    const response = await send(page, { signal, expect: unchangedStatuses(page) });
    return pageIn(response, page);
  }

  function pageIn(response: HttpResponse, { position }: PageRequest): FetchedPage {
    const path = paginator.part(position).url ?? request.path;
    return { reply: parsePage(config, path, response), at: responseDate(response) ?? clock.now() };
  }

  return {
    fetchPage,
    /** A page at the position of an earlier read. Undefined where the API does not take that position any more. */
    async resumePage(page: PageRequest, { signal }: CallContext): Promise<FetchedPage | undefined> {
      try {
        const response = await send(page, { signal, expect: [...unchangedStatuses(page), ...staleStatuses] });
        return staleStatuses.includes(response.status) ? undefined : pageIn(response, page);
      } catch (error) {
        // It may have belonged to credentials that have ended. If it is the credentials themselves, the first page says so.
        if (isUnauthorized(error)) return undefined;
        throw error;
      }
    },
  };
}

export type PageFetcher = ReturnType<typeof createPageFetcher>;

/** Refused although the credentials were renewed, where that is possible. */
export function isUnauthorized(error: unknown): boolean {
  return error instanceof AuthError && error.code === 'unauthorized';
}

/** Not Modified answers a request for changes. To any other it would be an error. */
function unchangedStatuses({ since }: PageRequest): readonly number[] {
  return since === undefined ? [] : [304];
}
