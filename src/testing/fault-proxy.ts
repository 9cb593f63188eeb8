import { request as send } from 'undici';
import type { FaultRule } from '../sandbox/server/fault-rule.ts';
import type { TwinRequest, TwinResponse } from '../sandbox/server/twin.ts';
import { type MalformedResponse, malformed } from './malformed-responses.ts';
import { type Mutant, withMutant } from './mutants.ts';
import { serve } from './serve.ts';

/**
 * Stands between a source and its twin, so that every twin has every fault: replies are lost, refused or spoiled here, and
 * requests are counted.
 */
export interface Relay {
  readonly url: string;
  readonly faults: { add(rule: FaultRule): void; clear(): void };
  /** Requests so far. */
  count(): number;
  /** From now on every reply that holds a list of records is spoiled like this. */
  malform(how: MalformedResponse): void;
  /** Replies that come meanwhile. */
  observe(work: () => Promise<unknown>): Promise<readonly string[]>;
  /** From now on this is in place of its record. */
  mutate(mutant: Mutant | undefined): void;
  /** Replies spoiled so far. */
  spoiledReplies(): number;
  /** From now on every request is refused with this status, and the refusal quotes the request and the twin's reply. */
  refuse(status: number): void;
  /** Credentials that were seen in requests. */
  credentials(): ReadonlySet<string>;
  close(): Promise<void>;
}

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'accept-encoding', 'te']);

export async function startRelay({ to, now }: { readonly to: string; readonly now: () => number }): Promise<Relay> {
  const credentials = new Set<string>();
  let how: MalformedResponse | undefined;
  let malformedResponses = 0;
  let refusal: number | undefined;
  let mutant: Mutant | undefined;
  let replies: string[] | undefined;

  function change(text: string): string | undefined {
    replies?.push(text);
    if (mutant) return withMutant(text, mutant);
    return how === undefined ? undefined : malformed(text, how);
  }

  async function handle(request: TwinRequest): Promise<TwinResponse> {
    for (const credential of credentialsOf(request)) credentials.add(credential);
    const reply = await forward(to, request);
    if (refusal !== undefined) return { status: refusal, body: { error: 'refused', request, reply: reply.body } };
    const changed = reply.status === 200 ? change(reply.body) : undefined;
    if (changed === undefined) return reply;
    malformedResponses += 1;
    return { ...reply, body: changed };
  }

  const served = await serve({ handle, now });
  return {
    url: served.url,
    faults: served.faults,
    count: () => served.requests().total,
    malform: (kind) => {
      how = kind;
    },
    async observe(work) {
      const seen: string[] = [];
      replies = seen;
      await work();
      replies = undefined;
      return seen;
    },
    mutate: (next) => {
      mutant = next;
    },
    spoiledReplies: () => malformedResponses,
    refuse: (status) => {
      refusal = status;
    },
    credentials: () => credentials,
    close: served.close,
  };
}

interface TextResponse extends TwinResponse {
  readonly body: string;
}

async function forward(to: string, { method, path, query, headers, body }: TwinRequest): Promise<TextResponse> {
  const text = query.toString();
  const reply = await send(`${to}${path}${text === '' ? '' : `?${text}`}`, {
    // The kernel reads it from the wire, where it was one of these.
    method: method as 'GET' | 'POST' | 'PUT' | 'DELETE',
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        hopByHop.has(name) || value === undefined ? [] : [[name, value]],
      ),
    ),
    ...(body !== '' && { body }),
  });
  const given = Object.entries(reply.headers).flatMap(([name, value]) =>
    hopByHop.has(name) || value === undefined ? [] : [[name, String(value)] as const],
  );
  return { status: reply.statusCode, headers: Object.fromEntries(given), body: await reply.body.text() };
}

const telling = /key|token|secret|password/;

/** What proves who asks: the Authorization header, whichever its scheme, and headers or form fields that are named for it. */
function credentialsOf({ headers, body }: TwinRequest): readonly string[] {
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? body : '';
  const named = [...Object.entries(headers), ...new URLSearchParams(form)].flatMap(([name, value = '']) =>
    telling.test(name) ? [value] : [],
  );
  return [...named, ...authorizationOf(headers.authorization ?? '')];
}

function authorizationOf(header: string): readonly string[] {
  const [, scheme = '', credential = ''] = /^(\S+) (.+)$/.exec(header) ?? [];
  // OAuth 1.0a: what is signed with never travels, and a signature is good for its request alone.
  if (scheme === 'OAuth') return [/oauth_token="([^"]*)"/.exec(credential)?.[1] ?? ''];
  if (scheme.toLowerCase() !== 'basic') return [credential];
  // A key may be the user name, with nothing after the colon.
  const [username = '', password = ''] = Buffer.from(credential, 'base64').toString().split(/:(.*)/s);
  return [password === '' || password === 'X' ? username : password];
}
