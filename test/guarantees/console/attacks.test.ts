import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type EndpointId, endpoints } from '../../../src/app/console/api/index.ts';
import { masked } from '../../../src/app/console/router/mask.ts';
import { type Browser, runTask, startConsole } from '../../kit/console/start-console.ts';
import { customer } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const pipeline = 'customers';
const all = Object.entries(endpoints).map(([id, endpoint]) => ({ id: id as EndpointId, endpoint }));
const somewhere = { pipeline, run: 'latest', key: '1', plan: 'p', task: 't', side: 'source' };
const token = 'a-token-that-is-long-enough';
const tokens = [{ name: 'vera', role: 'viewer' as const, token }];
const auth = { auth: { tokens } };

async function viewer(started: Awaited<ReturnType<typeof startConsole>>): Promise<Browser> {
  const browser = started.visitor();
  await browser.call('signInByToken', { body: { token } });
  return browser;
}

test('without a session nothing is answered but what signs in', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const visitor = (await startConsole(it)).visitor();
  for (const { id, endpoint } of all) {
    if (endpoint.role === 'anyone') continue;
    const { status, code } = await visitor.raw(id, { path: somewhere });
    expect([id, status, code]).toEqual([id, 401, 'signed-out']);
  }
  expect(await visitor.call('getSession')).toMatchObject({ user: null, csrf: null, signIn: ['link'] });
});

test('a viewer reads, with customer data masked, and may do nothing', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 8; id += 1)
    it.box.quickbooks.company.upsert(
      customer(id, {
        DisplayName: `Secretname ${id}`,
        PrimaryEmailAddr: { Address: `secretaddress${id}@example.com` },
      }),
    );
  it.box.quickbooks.company.upsert(
    customer(9, { DisplayName: 'Secretname 9', PrimaryEmailAddr: { Address: 'secretaddress9 is none' } }),
  );
  await it.run();
  const started = await startConsole(it, { config: auth });
  const operator = await started.operator();
  const plan = await runTask(operator, pipeline, { kind: 'plan', full: true });
  const undoPlan = await runTask(operator, pipeline, { kind: 'undo-plan', run: 'latest' });
  const browser = await viewer(started);
  const path = { ...somewhere, plan: plan.id, task: undoPlan.id };
  let masks = 0;
  for (const { id, endpoint } of all) {
    if (endpoint.content !== 'json' || id === 'compareCustomer' || id.startsWith('sign')) continue;
    const answer = await browser.raw(id, { path });
    if (endpoint.role === 'operator') expect([id, answer.code]).toEqual([id, 'role']);
    expect(answer.text, id).not.toMatch(/secretname|secretaddress/i);
    masks += answer.text.split(masked).length - 1;
  }
  expect(masks).toBeGreaterThan(20);
  const compared = await browser.call('compareCustomer', { path });
  expect(JSON.stringify(compared)).not.toMatch(/secretname|secretaddress/i);
  expect(compared.fields.find(({ target }) => target === 'name')).toMatchObject({ mapped: masked, state: 'same' });
  // The same, for whoever may see it.
  expect((await operator.raw('compareCustomer', { path })).text).toContain('Secretname 1');
  // By searching nobody finds out what is masked.
  const query = { q: 'Secretname' };
  expect((await browser.call('searchCustomers', { path, query })).items).toEqual([]);
  expect((await operator.call('searchCustomers', { path, query })).items).toHaveLength(9);
  const log = await operator.call('listAuditLog', { query: { actor: 'vera' } });
  expect(
    log.items.some(({ act, outcome, detail }) => act === 'startTask' && outcome === 'refused' && detail === 'role'),
  ).toBe(true);
});

test('an act needs the page of this console, and the value that its session was given', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const started = await startConsole(it);
  const browser = await started.operator();
  const path = { pipeline };
  const body = { kind: 'plan' };
  for (const [headers, code] of [
    [{ origin: 'https://evil.example.org' }, 'origin'],
    [{ origin: 'null' }, 'origin'],
    [{ origin: started.origin, 'sec-fetch-site': 'cross-site' }, 'origin'],
    [{ 'x-rolodesk-csrf': '' }, 'csrf'],
    [{ 'x-rolodesk-csrf': 'guessed' }, 'csrf'],
  ] as const)
    expect((await browser.raw('startTask', { path, body, headers })).code).toBe(code);
  // No header at all, as of a form that another site sends.
  const bare = await browser.fetch('/api/v1/pipelines/customers/tasks', { method: 'POST', body: JSON.stringify(body) });
  expect(bare.status).toBe(403);
  const text = await browser.raw('startTask', { path, body, headers: { 'content-type': 'text/plain' } });
  expect(text.status).toBe(415);
  expect((await browser.call('listTasks')).items).toEqual([]);
  expect(await statusFor(started.origin, { host: 'evil.example.org' })).toBe(421);
});

test('a link works once, and for ten minutes; a session ends unused, and at its sign-out', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const clock = createTestClock();
  const started = await startConsole(it, { clock, service: {} });
  const link = async () => (await started.console.createLink()).split('#')[1] ?? '';
  const first = await link();
  const browser = started.visitor();
  const signed = await browser.call('signInByLink', { body: { link: first } });
  expect(signed.user).toMatchObject({ name: 'local', role: 'operator', by: 'link' });
  const replayed = await started.visitor().raw('signInByLink', { body: { link: first } });
  expect([replayed.status, replayed.code]).toEqual([401, 'link']);
  const late = await link();
  await clock.sleep(10 * 60_000);
  expect((await started.visitor().raw('signInByLink', { body: { link: late } })).code).toBe('link');

  const kept = browser.cookie();
  expect((await browser.call('getSession')).user?.name).toBe('local');
  await clock.sleep(2 * 3_600_000);
  expect((await browser.call('getSession')).user).toBeNull();
  const second = started.visitor();
  await second.call('signInByLink', { body: { link: await link() } });
  const secret = second.cookie();
  await second.call('signOut');
  for (const cookie of [kept, secret])
    expect((await started.visitor({ cookie }).raw('getOverview')).code).toBe('signed-out');
});

test('the cookie of a session is for this site alone, and no script can read it', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const started = await startConsole(it, { config: { ...auth, publicUrl: 'https://rolodesk.example.com' } });
  const headers = { origin: 'https://rolodesk.example.com' };
  const { headers: found } = await started.visitor().raw('signInByToken', { body: { token }, headers });
  expect(found.get('set-cookie')).toMatch(
    /^__Host-rolodesk_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
});

test('who guesses tokens is stopped after ten', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const started = await startConsole(it, { config: auth });
  const codes: (string | undefined)[] = [];
  for (let guess = 0; guess < 12; guess += 1)
    codes.push((await started.visitor().raw('signInByToken', { body: { token: `guess ${guess}` } })).code);
  expect(codes).toEqual([...Array(10).fill('token'), 'too-many-attempts', 'too-many-attempts']);
});

test('scripts in names, tags, errors and addresses come back as data, and no answer runs anything', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const script = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>';
  it.box.quickbooks.company.upsert(customer(1, { DisplayName: script }));
  await it.run();
  const browser = await (await startConsole(it)).operator();
  const found = await browser.raw('searchCustomers', { path: { pipeline }, query: { q: '<script>' } });
  expect(JSON.parse(found.text).items[0]).toMatchObject({ key: '1', name: expect.stringContaining('<script>') });
  expect(found.headers.get('content-type')).toBe('application/json');
  expect(found.headers.get('x-content-type-options')).toBe('nosniff');
  expect(found.headers.get('cache-control')).toBe('no-store');
  expect(found.headers.get('content-security-policy')).toMatch(/^default-src 'self'; frame-ancestors 'none'/);
  const none = await browser.raw('getPipeline', { path: { pipeline: script } });
  expect([none.status, none.code, none.headers.get('content-type')]).toEqual([404, 'no-pipeline', 'application/json']);
  const csv = await browser.raw('exportRejects', { path: { pipeline } });
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="rejects-customers.csv"');
});

test('a thousand event streams are bounded, and go when their readers do', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const started = await startConsole(it);
  const browsers = await Promise.all(Array.from({ length: 8 }, () => started.operator()));
  const stop = new AbortController();
  const statuses: number[] = [];
  // Held, so that none is closed for nobody reading it.
  const replies: Response[] = [];
  const open = async (browser: Browser): Promise<void> => {
    const reply = await browser.fetch('/api/v1/events', { signal: stop.signal, headers: { connection: 'keep-alive' } });
    statuses.push(reply.status);
    replies.push(reply);
  };
  for (let round = 0; round < 25; round += 1)
    await Promise.all(
      Array.from({ length: 40 }, (_, at) => open(browsers[at % 8] ?? started.visitor()).catch(() => statuses.push(0))),
    );
  expect(statuses).toHaveLength(1_000);
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(40);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
  expect(replies.length).toBeGreaterThan(0);
  stop.abort();
  const again = await started.operator();
  await eventually(async () => {
    const reply = await again
      .fetch('/api/v1/events', { headers: { accept: 'text/event-stream' } })
      .catch(() => undefined);
    await reply?.body?.cancel();
    return reply?.status === 200;
  });
});

test('huge filters, cursors and bodies are refused or bounded', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  await it.run();
  const browser = await (await startConsole(it)).operator();
  const path = { ...somewhere, run: 'latest' };
  const long = 'x'.repeat(3_000);
  for (const [id, query] of [
    ['listPipelines', { search: long }],
    ['listPipelines', { cursor: long }],
    ['listRunRecords', { code: long }],
    ['searchCustomers', { q: long }],
    ['listRuns', { limit: 100_000 }],
    ['listRuns', { limit: -1 }],
    ['listRuns', { unknown: 1 }],
  ] as const)
    expect([id, (await browser.raw(id, { path, query })).code]).toEqual([id, 'invalid']);
  for (const cursor of ["'; DROP TABLE runs; --", '%', '\u0000', '-1', '99999999999999999999'])
    for (const id of [
      'listRuns',
      'listRunRecords',
      'listPipelines',
      'listRejects',
      'searchCustomers',
      'listAuditLog',
      'listTasks',
    ] as const)
      expect([id, cursor, (await browser.raw(id, { path, query: { cursor } })).status]).toEqual([id, cursor, 200]);
  const big = await browser
    .raw('previewMapping', { path, body: { mapping: 'a'.repeat(2_000_000) } })
    .catch(() => ({ status: 413 }));
  expect(big.status).toBe(413);
  const nested = await browser.raw('previewMapping', { path, body: { mapping: '['.repeat(50_000) } });
  expect([200, 422]).toContain(nested.status);
});

test('no path leads out of the folder of the pages', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const pages = join(it.folder, 'pages');
  mkdirSync(join(pages, 'assets'), { recursive: true });
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>pages</title>');
  writeFileSync(join(pages, 'assets/main-1a2b.js'), 'export const a = 1;');
  symlinkSync('/etc/passwd', join(pages, 'assets/passwd.txt'));
  const started = await startConsole(it, { pages });
  const get = (path: string): Promise<{ status: number; text: string; cache: string | undefined }> =>
    plainGet(started.origin, path);
  expect(await get('/console/assets/main-1a2b.js')).toMatchObject({
    status: 200,
    cache: 'public, max-age=31536000, immutable',
  });
  for (const path of [
    '/console/../rolodesk.yaml',
    '/console/..%2frolodesk.yaml',
    '/console/assets/..%2f..%2frolodesk.yaml',
    '/console/assets/%2e%2e/%2e%2e/rolodesk.yaml',
    '/console/assets/passwd.txt',
    '/console//etc/passwd',
    '/console/assets/..\\..\\rolodesk.yaml',
  ]) {
    const { text } = await get(path);
    expect(text, path).not.toMatch(/quickbooks|root:/);
  }
  expect(await get('/console/pipelines/customers')).toMatchObject({ status: 200, cache: 'no-cache' });
  expect((await get('/console/assets/gone.js')).status).toBe(404);
  expect((await get('/')).status).toBe(302);
});

test('a secret of the configuration is in no answer', async () => {
  const it = await startTestEnvironment({ customers: 5 });
  const canary = 'canary-secret-of-the-console';
  it.configure(`console: { auth: { tokens: [{ name: vera, role: viewer, token: ${canary} }] } }
alerts: { targets: [{ type: webhook, url: 'https://127.0.0.1:1/${canary}' }] }`);
  const started = await startConsole(it, {
    config: { auth: { tokens: [{ name: 'vera', role: 'viewer', token: canary }] } },
  });
  const browser = await started.operator();
  await runTask(browser, pipeline, { kind: 'sync' });
  const secrets = [canary, ...(await configuredSecrets(it.folder))];
  expect(secrets.length).toBeGreaterThan(2);
  for (const { id, endpoint } of all) {
    if (endpoint.method !== 'GET' || endpoint.content === 'events') continue;
    const { text } = await browser.raw(id, { path: somewhere });
    for (const secret of secrets) expect(text, id).not.toContain(secret);
  }
  const { items } = await browser.call('listAlerts');
  expect(items).toMatchObject([{ pipeline, targets: ['webhook 1'] }]);
});

test('beyond this machine nobody gets in unless the configuration says who', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const started = await startConsole(it);
  const [route] = started.console.routes('/api/v1/session');
  const asked = {
    headers: {},
    body: Buffer.alloc(0),
    query: new URLSearchParams(),
    signal: new AbortController().signal,
  };
  const far = await route?.handle({ ...asked, remoteAddress: '192.0.2.7' });
  expect(far).toMatchObject({ status: 403, body: expect.stringContaining('not-local') });
  const near = await route?.handle({ ...asked, remoteAddress: '::ffff:127.0.0.1' });
  expect(near).toMatchObject({ status: 200 });
});

test('the headers of a proxy count from its address alone, and its groups say what its users may', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const proxyHeader = {
    addresses: ['127.0.0.0/8'],
    user: 'x-forwarded-user',
    groups: 'x-forwarded-groups',
    operators: ['support-leads'],
    viewers: ['support'],
  };
  const started = await startConsole(it, { config: { auth: { tokens: [], proxyHeader } } });
  const session = async (headers: Record<string, string>) => (await started.visitor(headers).call('getSession')).user;
  expect(await session({ 'x-forwarded-user': 'olga', 'x-forwarded-groups': 'support, support-leads' })).toMatchObject({
    name: 'olga',
    role: 'operator',
    by: 'proxy',
  });
  expect(await session({ 'x-forwarded-user': 'vera', 'x-forwarded-groups': 'support' })).toMatchObject({
    role: 'viewer',
  });
  expect(await session({ 'x-forwarded-user': 'eve', 'x-forwarded-groups': 'sales' })).toBeNull();
  const elsewhere = await startConsole(it, {
    config: { auth: { tokens: [], proxyHeader: { ...proxyHeader, addresses: ['192.0.2.1'] } } },
  });
  const forged = await elsewhere
    .visitor({ 'x-forwarded-user': 'olga', 'x-forwarded-groups': 'support-leads' })
    .call('getSession');
  expect(forged.user).toBeNull();
});

async function configuredSecrets(folder: string): Promise<readonly string[]> {
  const { readFileSync } = await import('node:fs');
  const text = readFileSync(join(folder, 'rolodesk.yaml'), 'utf8');
  return [...text.matchAll(/(?:clientSecret|token|refreshToken|verifierToken): *"?([^\s"}]{8,})/g)].map(
    ([, secret = '']) => secret,
  );
}

function statusFor(origin: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${origin}/api/v1/session`, { headers: { ...headers, connection: 'close' } }, (reply) => {
      reply.resume();
      resolve(reply.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

/** With the path as it is: `fetch` would resolve it first. */
function plainGet(origin: string, path: string): Promise<{ status: number; text: string; cache: string | undefined }> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers: { connection: 'close' } }, (reply) => {
      let text = '';
      reply.setEncoding('utf8');
      reply.on('data', (part) => (text += String(part)));
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text, cache: reply.headers['cache-control'] }));
    })
      .on('error', reject)
      .end();
  });
}
