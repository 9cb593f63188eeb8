import { defined } from '../../core/defined.ts';
import { TransientError } from '../../core/domain/errors.ts';
import { describeRefusal } from '../../core/http/classify.ts';
import type { HttpClientOptions } from '../../core/http/client.ts';
import { parseRetryAfter } from '../../core/http/retry-after.ts';
import type { HttpRequest, HttpResponse } from '../../core/http/types.ts';
import { getPath } from '../../core/records/get-path.ts';
import type { HttpSourceConfig } from './config.ts';

/** Reads a refusal for too many requests where the API says so in the body: with 200 (GraphQL), 403 (Salesforce) or another status. */
export function createThrottleReader({
  baseUrl,
  throttled,
}: Pick<HttpSourceConfig, 'baseUrl' | 'throttled'>): Pick<HttpClientOptions, 'classify' | 'inspect'> {
  if (!throttled) return {};
  const codes: readonly unknown[] = [throttled.is].flat();
  const name = new URL(baseUrl).host;
  const read = (response: HttpResponse, request: HttpRequest): TransientError | undefined => {
    const { status, body, headers } = response;
    if (body.kind !== 'json' || !codes.includes(getPath(body.value, throttled.path))) return undefined;
    const retryAfterMs = parseRetryAfter(headers, Date.parse(headers.date ?? '') || 0);
    return new TransientError(`${describeRefusal(name, request, response)}.`, {
      code: 'throttled',
      status,
      throttled: true,
      effect: 'not-sent',
      ...defined({ retryAfterMs }),
    });
  };
  return { classify: read, inspect: read };
}
