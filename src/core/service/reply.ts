import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ReplyStream, RouteReply, StreamReply, WholeReply } from './route.ts';

/** Sends what a route has answered. */
export async function reply(response: ServerResponse, answer: RouteReply): Promise<void> {
  if (response.headersSent || response.destroyed) return;
  if ('stream' in answer) await stream(response, answer);
  else whole(response, answer);
}

function whole(response: ServerResponse, answer: WholeReply): void {
  const { body, status } = answer;
  // An answer of these has no body, and must not say that it has.
  const isEmpty = status === 204 || status === 304;
  response.writeHead(status, {
    ...headersOf(answer),
    ...(!isEmpty && { 'content-length': Buffer.byteLength(body) }),
  });
  response.end(isEmpty ? undefined : body);
}

async function stream(response: ServerResponse, answer: StreamReply): Promise<void> {
  response.writeHead(answer.status, headersOf(answer));
  response.flushHeaders();
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('The reader has gone.')));
  const { signal } = gone;
  const out: ReplyStream = {
    signal,
    pendingBytes: () => response.writableLength,
    send: (text) => void response.write(text),
    end: () => void response.destroy(),
    async write(text) {
      signal.throwIfAborted();
      if (!response.write(text)) await once(response, 'drain', { signal });
    },
  };
  try {
    await answer.stream(out);
  } catch (error) {
    // Whoever has gone need not be told, and whoever stays must not take this for the end.
    if (!signal.aborted) {
      response.destroy();
      throw error;
    }
  }
  response.end();
}

function headersOf({ contentType = 'application/json', headers = {} }: RouteReply): Record<string, string | string[]> {
  const own = Object.entries(headers).map(([name, value]): [string, string | string[]] => [
    name,
    typeof value === 'string' ? value : [...value],
  ]);
  return {
    'content-type': contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...Object.fromEntries(own),
  };
}
