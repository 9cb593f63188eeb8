import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import { type EndpointId, type Endpoints, endpoints, type Query } from '../../../src/app/console/api/index.ts';
import { type ConsoleConfig, localConsole } from '../../../src/app/console/config.ts';
import { type Console, type ConsoleOptions, createConsole } from '../../../src/app/console/create-console.ts';
import type { Service, ServiceOptions } from '../../../src/app/service/serve.ts';
import { serviceLocation } from '../../../src/app/service/service-store.ts';
import { explanationOf } from '../../../src/cli/explanations.ts';
import { wordsFor } from '../../../src/cli/remedies.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { createSharedResources } from '../../../src/core/http/shared-resources.ts';
import type { TestEnvironment } from '../environment/test-environment.ts';
import { eventually } from '../eventually.ts';
import { quiet } from '../ports.ts';
import { startServing } from '../service/serving.ts';

export interface StartedConsole {
  readonly console: Console;
  readonly service: Service;
  readonly origin: string;
  /** A browser that is not signed in. */
  visitor(headers?: Readonly<Record<string, string>>): Browser;
  /** One that has used a one-time link. */
  operator(): Promise<Browser>;
}

/** A service with a console, of a test’s folder, on a free port; ended with the test. */
export async function startConsole(
  it: TestEnvironment,
  {
    config = localConsole,
    service: serviceOptions = {},
    ...given
  }: { readonly config?: ConsoleConfig; readonly service?: Partial<ServiceOptions> } & Partial<ConsoleOptions> = {},
): Promise<StartedConsole> {
  const stopping = new AbortController();
  const budgetsOf = createSharedResources();
  const host = { ...it.terminal, wordsFor };
  let service: Service | undefined;
  const console = await createConsole({
    config,
    host,
    log: quiet,
    clock: systemClock,
    signal: stopping.signal,
    state: serviceLocation(it.folder, it.terminal),
    configurations: () => service?.configurations() ?? [],
    overview: () => service?.overview,
    budgetsOf,
    isShared: false,
    pages: join(it.folder, 'no-pages'),
    meaningOf: (code) => explanationOf(code).cause,
    ...given,
  });
  onTestFinished(async () => {
    stopping.abort(new Error('The test is over.'));
    await console.close();
  });
  const started = await startServing(it, {
    routes: console.routes,
    listeners: [console.listener],
    onProgress: console.onProgress,
    budgetsOf,
    ...serviceOptions,
  });
  service = started;
  const origin = `http://127.0.0.1:${started.port}`;
  return {
    console,
    service: started,
    origin,
    visitor: (headers = {}) => createBrowser(origin, headers),
    async operator() {
      const browser = createBrowser(origin, {});
      const link = (await console.createLink()).split('#')[1] ?? '';
      await browser.call('signInByLink', { body: { link } });
      return browser;
    },
  };
}

interface Given {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a page does: it keeps the cookie, sends the CSRF value, and comes from the console's own origin. */
export interface Browser {
  /** Throws for a refusal. The answer is held against its schema. */
  call<Id extends EndpointId>(
    id: Id,
    given?: Given & { readonly query?: Query<Id> },
  ): Promise<z.output<Endpoints[Id]['answer']>>;
  /** Whatever came back. */
  raw(id: EndpointId, given?: Given): Promise<Answered>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  cookie(): string;
  csrf(): string;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** Code of the refusal. */
  readonly code: string | undefined;
}

export function createBrowser(origin: string, fixed: Readonly<Record<string, string>>): Browser {
  let cookie = '';
  let csrf = '';

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ connection: 'close', ...fixed });
    if (cookie !== '') headers.set('cookie', cookie);
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    const reply = await fetch(`${origin}${path}`, { redirect: 'manual', ...init, headers });
    const set = reply.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
    if (set.length > 0) cookie = set.filter((one) => !one.endsWith('=')).join('; ');
    return reply;
  }

  async function ask(id: EndpointId, { path = {}, query = {}, body, headers = {} }: Given = {}): Promise<Response> {
    const endpoint = endpoints[id];
    const filled = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) search.set(name, String(value));
    const isAct = endpoint.method !== 'GET';
    return await send(`${filled}${search.size > 0 ? `?${search}` : ''}`, {
      method: endpoint.method,
      headers: {
        ...(isAct && { origin, 'x-rolodesk-csrf': csrf }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  return {
    async call(id, given) {
      const reply = await ask(id, given);
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${id}: ${reply.status} ${text}`);
      const isJson = endpoints[id].content === 'json';
      const answer = endpoints[id].answer.parse(isJson ? JSON.parse(text) : text);
      if (typeof answer === 'object' && 'csrf' in answer && typeof answer.csrf === 'string') csrf = answer.csrf;
      // It has just been held against the schema of this endpoint.
      return answer as z.output<Endpoints[typeof id]['answer']>;
    },
    async raw(id, given) {
      const reply = await ask(id, given);
      const text = await reply.text();
      const code = /^\{"error":\{"code":"([^"]+)"/.exec(text)?.[1];
      return { status: reply.status, text, headers: reply.headers, code };
    },
    fetch: send,
    cookie: () => cookie,
    csrf: () => csrf,
  };
}

/** Begins a task and waits for its end. A worker that is at work on the account goes first, or its turn runs out. */
export async function runTask(browser: Browser, pipeline: string, body: object) {
  const given = { path: { pipeline }, body };
  let started = await browser.raw('startTask', given);
  await eventually(async () => {
    if (started.code === 'locked') started = await browser.raw('startTask', given);
    return started.code !== 'locked';
  });
  if (started.status >= 400) throw new Error(`startTask: ${started.status} ${started.text}`);
  const { id } = endpoints.startTask.answer.parse(JSON.parse(started.text));
  let task = await browser.call('getTask', { path: { task: id } });
  await eventually(async () => {
    task = await browser.call('getTask', { path: { task: id } });
    return task.state !== 'running';
  });
  return task;
}
