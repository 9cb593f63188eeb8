import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or text as it is. */
  readonly body: unknown;
}

/** Serves an API on loopback until the test ends. `asked` grows with every request. */
export async function serve(
  answer: (asked: Asked, url: string) => Answer,
): Promise<{ readonly url: string; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  let url = '';
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const { pathname: path, searchParams } = new URL(request.url ?? '', url);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const one = { method: request.method ?? '', path, query: Object.fromEntries(searchParams), headers, body };
    asked.push(one);
    const { status = 200, headers: more = {}, body: reply } = answer(one, url);
    const isText = typeof reply === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/xml' : 'application/json', ...more });
    response.end(isText ? reply : JSON.stringify(reply));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  // An address of a TCP server, which it is.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.close();
  });
  return { url, asked };
}
