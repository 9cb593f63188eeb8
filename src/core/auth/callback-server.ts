import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '../domain/errors.ts';
import type { CallbackResult } from './authorization-code.ts';
import { type Page, pageHeaders, pageText } from './callback-page.ts';

export interface CallbackServerOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** Named on the page. */
  readonly title: string;
  readonly take: (params: URLSearchParams) => Promise<CallbackResult>;
  /** How long a request may take to come in. */
  readonly requestMs?: number;
  readonly maxConnections?: number;
}

const path = '/callback';
const defaultRequestMs = 10_000;
/** A browser opens two or three. */
const defaultConnections = 16;
const maxHeaderBytes = 16 * 1024;

/**
 * Where the browser comes back to: a server for one callback, on loopback only. It answers a GET of one path under its own
 * name; bodies are not read, and everything is bounded.
 */
export async function listenForCallback(options: CallbackServerOptions): Promise<{
  readonly redirectUri: string;
  /** Ends when the page that is being answered has gone out. */
  close(): Promise<void>;
}> {
  const { title, take, requestMs = defaultRequestMs, maxConnections = defaultConnections } = options;
  const answering = new Set<Promise<void>>();
  const limits = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.ceil(requestMs / 4),
  };
  const server = createServer(limits, (incoming, outgoing) => {
    const sent = Promise.withResolvers<void>();
    answering.add(sent.promise);
    for (const end of ['finish', 'close'])
      outgoing.once(end, () => {
        answering.delete(sent.promise);
        sent.resolve();
      });
    void answer(incoming).then((page) => send(outgoing, page));
  });
  server.maxConnections = maxConnections;

  async function answer(incoming: IncomingMessage): Promise<Page> {
    const { method, headers, url = '' } = incoming;
    // Another name for this machine is how a page of somebody else's would come here (DNS rebinding).
    if (!names().includes(headers.host ?? '')) return refusal(421, 'This address is not served here.');
    if (method !== 'GET') return refusal(405, 'Only a browser that comes back from the sign-in is served here.');
    if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0)
      return refusal(413, 'A body is not taken here.');
    const [asked, query = ''] = url.split('?', 2);
    if (asked !== path) return refusal(404, 'There is nothing here.');
    return pageOf(await take(new URLSearchParams(query)), title);
  }

  /** Names that a browser on this machine has for us. */
  function names(): readonly string[] {
    return ['localhost', '127.0.0.1'].map((name) => `${name}:${port}`);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cantListen(error, options.port)));
    server.listen(options.port, '127.0.0.1', resolve);
  });
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://localhost:${port}${path}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all(answering);
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(outgoing: ServerResponse, page: Page): void {
  const text = pageText(page);
  outgoing.writeHead(page.status, { ...pageHeaders, 'content-length': Buffer.byteLength(text) });
  // What else comes in on this connection is not read.
  outgoing.end(text, () => outgoing.socket?.destroySoon());
}

function pageOf(callback: CallbackResult, title: string): Page {
  switch (callback.kind) {
    case 'connected':
      return {
        status: 200,
        tone: 'good',
        heading: `${title} is connected`,
        lines: ['You can close this page and go back to where you started.'],
      };
    case 'foreign':
      return refusal(
        400,
        'This did not come from the sign-in that was started in the terminal. Use the address shown there.',
      );
    case 'replayed':
      return refusal(409, 'This sign-in has been used already. The terminal shows what came of it.');
    case 'failed': {
      const lines = [callback.message, ...(callback.hint === undefined ? [] : [callback.hint])];
      return { status: 400, tone: 'bad', heading: `${title} is not connected`, lines };
    }
    default:
      throw callback satisfies never;
  }
}

function refusal(status: number, line: string): Page {
  return { status, tone: 'bad', heading: 'Nothing was done', lines: [line] };
}

function cantListen(error: Error & { readonly code?: string }, port: number): ConfigError {
  const why = error.code === 'EADDRINUSE' ? 'another program has it' : (error.code ?? error.message);
  return new ConfigError(`Port ${port} of this machine can't be listened on: ${why}.`, {
    code: 'port',
    cause: error,
    hint: 'Choose another, and register the redirect URI with that port.',
    remedy: { kind: 'choose-redirect-port' },
  });
}
