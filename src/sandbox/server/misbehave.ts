import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultRule } from './fault-rule.ts';
import { send } from './messages.ts';
import type { Twin, TwinRequest, TwinResponse } from './twin.ts';

interface Exchange {
  readonly twin: Twin;
  readonly request: TwinRequest;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Answers one request as the fault has it: instead of the twin, or with what the twin says. */
export async function misbehave(rule: FaultRule, exchange: Exchange): Promise<void> {
  const { twin, request, incoming, outgoing } = exchange;
  switch (rule.fault) {
    case 'reset-before':
      incoming.socket.destroy();
      return;
    case 'reset-after':
      await twin.handle(request);
      incoming.socket.destroy();
      return;
    case 'hang':
      // Until the client gives up, or the server is closed.
      return;
    case 'truncated':
      return truncate(await twin.handle(request), exchange);
    case 'slow': {
      const response = await twin.handle(request);
      // Nobody stays for it when the twin is closed.
      setTimeout(() => send(outgoing, response), rule.delayMs ?? 1_000).unref();
      return;
    }
    case 'html':
      return send(outgoing, badGateway);
    case 'text':
      return send(outgoing, internalError);
    default: {
      const response = twin.fault(rule.fault, request);
      const after = rule.retryAfterSeconds === undefined ? {} : { 'retry-after': String(rule.retryAfterSeconds) };
      return send(outgoing, { ...response, headers: { ...response.headers, ...after } });
    }
  }
}

const badGateway: TwinResponse = {
  status: 502,
  body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
  headers: { 'content-type': 'text/html' },
};

const internalError: TwinResponse = { status: 500, body: 'Internal error', headers: { 'content-type': 'text/plain' } };

/** Half of the body, of which the headers promise the whole. */
function truncate({ status, body }: TwinResponse, { incoming, outgoing }: Exchange): void {
  const text = JSON.stringify(body ?? {});
  outgoing.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  outgoing.write(text.slice(0, Math.floor(text.length / 2)), () => incoming.socket.destroy());
}
