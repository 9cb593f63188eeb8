import { AssertionError } from 'node:assert';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { TwinRequest, TwinResponse } from '../sandbox/server/twin.ts';
import { serve } from './serve.ts';

const text = z.record(z.string(), z.string());
const exchangeSchema = z.strictObject({
  request: z.strictObject({
    method: z.string(),
    path: z.string().startsWith('/'),
    /** All of it. Left out: whatever stands there. */
    query: text.optional(),
    /** These, whichever others there are. */
    headers: text.optional(),
    /** JSON, or the fields of a form, or text. Left out: whatever it is. */
    body: z.json().optional(),
  }),
  /** In text, `{{origin}}` stands for the player's own, as in the URL of a next page. */
  reply: z.strictObject({ status: z.int(), headers: text.optional(), body: z.json().optional() }),
});
const recordingSchema = z.array(exchangeSchema);

/** What was asked and what came back, as it was recorded. */
export type Exchange = z.input<typeof exchangeSchema>;

export interface ReplayServer {
  readonly url: string;
  /** Throws AssertionError when something else was asked, or not everything that was recorded. */
  close(): Promise<void>;
}

/**
 * Serves recorded exchanges, each once: a request is answered by the first that fits it and was not played yet. Anything
 * else is refused and fails the test at its end. From a JSON file, or as they are.
 */
export async function playExchanges(
  recording: string | URL | readonly Exchange[],
  { now = Date.now }: { readonly now?: () => number } = {},
): Promise<ReplayServer> {
  const isFile = typeof recording === 'string' || recording instanceof URL;
  const given: unknown = isFile ? JSON.parse(readFileSync(recording, 'utf8')) : recording;
  const left = [...recordingSchema.parse(given)];
  const unexpected: string[] = [];

  function handle(request: TwinRequest): TwinResponse {
    const at = left.findIndex((exchange) => fits(exchange.request, request));
    const [played] = at === -1 ? [] : left.splice(at, 1);
    if (!played) {
      unexpected.push(`${request.method} ${request.path}?${request.query}`);
      return { status: 400, body: { error: 'not in the recording' } };
    }
    const { status, headers, body } = played.reply;
    const origin = `http://${request.headers.host}`;
    return { status, headers: filled(headers ?? {}, origin), body: filled(body, origin) };
  }

  const served = await serve({ handle, now });
  return {
    url: served.url,
    async close() {
      await served.close();
      const unplayed = left.map(({ request }) => `${request.method} ${request.path}`);
      if (unexpected.length === 0 && unplayed.length === 0) return;
      const message = [
        ...unexpected.map((what) => `Asked and not in the recording: ${what}`),
        ...unplayed.map((what) => `In the recording and never asked: ${what}`),
      ].join('\n');
      throw new AssertionError({ message });
    },
  };
}

function fits(
  { method, path, query, headers = {}, body }: z.output<typeof exchangeSchema>['request'],
  request: TwinRequest,
): boolean {
  return (
    method === request.method &&
    path === request.path &&
    (query === undefined || isDeepStrictEqual(query, Object.fromEntries(request.query))) &&
    Object.entries(headers).every(([name, value]) => request.headers[name.toLowerCase()] === value) &&
    (body === undefined || isDeepStrictEqual(body, bodyOf(request)))
  );
}

function bodyOf({ headers, body }: TwinRequest): unknown {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(body));
  return type.includes('json') ? JSON.parse(body) : body;
}

function filled<T>(value: T, origin: string): T {
  // The same JSON, with other text in it.
  return value === undefined ? value : (JSON.parse(JSON.stringify(value).replaceAll('{{origin}}', origin)) as T);
}
