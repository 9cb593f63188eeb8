import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TwinRequest, TwinResponse } from './twin.ts';

/** Reads a request to its end. */
export async function readRequest(incoming: IncomingMessage): Promise<TwinRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

/** Each response gives the twin's own time, as the real servers' do. */
export function send(outgoing: ServerResponse, { status, body, headers }: TwinResponse): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  outgoing.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers });
  outgoing.end(text);
}
