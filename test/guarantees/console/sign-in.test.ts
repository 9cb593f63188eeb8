import { expect, test } from 'vitest';
import type { ConsoleConfig } from '../../../src/app/console/config.ts';
import { oidcOf, startIdentityProvider } from '../../kit/console/identity-provider.ts';
import { startConsole } from '../../kit/console/start-console.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';

const pipeline = 'customers';
const clientId = 'rolodesk';

async function withProvider() {
  const it = await startTestEnvironment({ customers: 1 });
  const provider = await startIdentityProvider(clientId);
  const oidc = oidcOf(provider.issuer, clientId);
  const config: ConsoleConfig = { publicUrl: 'http://127.0.0.1:1', auth: { tokens: [], oidc } };
  return { provider, started: await startConsole(it, { config }) };
}

test('a group of the identity provider says what somebody may do; the sign-in ends with a page, not a redirect', async () => {
  const { provider, started } = await withProvider();
  for (const [groups, role] of [
    [['support', 'support-leads'], 'operator'],
    [['support'], 'viewer'],
  ] as const) {
    const browser = started.visitor();
    const begun = await browser.raw('startOidc');
    const address = begun.headers.get('location') ?? '';
    expect([begun.status, new URL(address).searchParams.get('code_challenge_method')]).toEqual([302, 'S256']);
    const end = await browser.fetch(provider.accept(address, { preferred_username: 'olga', groups }));
    expect([end.status, end.headers.get('location')]).toEqual([200, null]);
    expect(await end.text()).toContain('url=/console/');
    expect((await browser.call('getSession')).user).toMatchObject({ name: 'olga', role, by: 'oidc' });
  }
  const log = await (await started.operator()).call('listAuditLog');
  expect(log.items.map(({ act, actor, role, outcome }) => [act, actor, role, outcome])).toEqual([
    ['signInByLink', 'local', 'operator', 'done'],
    ['endOidc', 'olga', 'viewer', 'done'],
    ['endOidc', 'olga', 'operator', 'done'],
  ]);
});

test('whoever has no group of these, comes with somebody else’s answer, or comes twice, is not let in', async () => {
  const { provider, started } = await withProvider();
  const begin = async () => {
    const browser = started.visitor();
    const address = (await browser.raw('startOidc')).headers.get('location') ?? '';
    return { browser, address };
  };
  const stranger = await begin();
  const refused = await stranger.browser.fetch(provider.accept(stranger.address, { groups: ['sales'] }));
  expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: 'no-role' } }]);

  const [victim, attacker] = [await begin(), await begin()];
  const stolen = provider.accept(victim.address, { groups: ['support-leads'] });
  expect((await attacker.browser.fetch(stolen)).status).toBe(401);
  expect((await started.visitor().fetch(stolen)).status).toBe(401);
  expect((await victim.browser.fetch(stolen)).status).toBe(200);
  expect((await victim.browser.fetch(stolen)).status).toBe(401);
});

test('an account is connected from a browser, and disconnected again', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const started = await startConsole(it);
  const browser = await started.operator();
  const ended = await browser.call('disconnect', { path: { pipeline, side: 'source' }, body: { local: true } });
  expect(ended).toMatchObject({ side: 'source', system: 'quickbooks', revoked: false, forgotten: true });
  const redirectUri = 'https://www.example.com/callback';
  const task = await browser.call('startConnect', { path: { pipeline, side: 'source' }, body: { redirectUri } });
  expect(task).toMatchObject({ kind: 'connect', state: 'running', signIn: { redirectUri } });
  const consent = new URL(task.signIn?.url ?? '');
  // As a person who says yes at the vendor's page: the browser ends at an address that is not there.
  const form = new URLSearchParams([...consent.searchParams, ['answer', 'yes'], ['allow', 'yes']]);
  const page = await fetch(consent, { redirect: 'manual' });
  const said =
    page.status === 302
      ? page
      : await fetch(`${consent.origin}${consent.pathname}`, { method: 'POST', body: form, redirect: 'manual' });
  const address = said.headers.get('location') ?? '';
  expect(address).toContain(redirectUri);
  await browser.call('finishConnect', { path: { task: task.id }, body: { address } });
  await eventually(async () => (await browser.call('getTask', { path: { task: task.id } })).state !== 'running');
  expect(await browser.call('getTask', { path: { task: task.id } })).toMatchObject({
    state: 'done',
    result: { kind: 'connected', side: 'source' },
  });
  const { connections } = await browser.call('getConnections', { path: { pipeline } });
  expect(connections.find(({ side }) => side === 'source')).toMatchObject({ state: 'connected' });
});

test('a second run is refused while the state is in use, and a task that is cancelled says so', async () => {
  const it = await startTestEnvironment({ customers: 60, jobLatencyMs: 200 });
  const browser = await (await startConsole(it)).operator();
  const { id } = await browser.call('startTask', { path: { pipeline }, body: { kind: 'sync' } });
  const second = await browser.raw('startTask', { path: { pipeline }, body: { kind: 'plan' } });
  expect([second.status, second.code]).toEqual([409, 'locked']);
  await browser.call('cancelTask', { path: { task: id } });
  await eventually(async () => (await browser.call('getTask', { path: { task: id } })).state !== 'running');
  const task = await browser.call('getTask', { path: { task: id } });
  expect([task.state, task.result?.kind === 'run' ? task.result.outcome : task.error?.code]).toEqual(
    task.state === 'done' ? ['done', 'paused'] : ['cancelled', 'interrupted'],
  );
  expect((await browser.raw('cancelTask', { path: { task: id } })).code).toBe('ended');
});

test('the playground maps records through a text that is sent, and names the line of what is wrong', async () => {
  const it = await startTestEnvironment({ customers: 3 });
  const browser = await (await startConsole(it)).operator();
  const preview = (body: object) => browser.call('previewMapping', { path: { pipeline }, body });
  const mapping = 'name: "{{ DisplayName | upcase }}"\n';
  const { records, problems } = await preview({ mapping, limit: 2 });
  expect(problems).toEqual([]);
  expect(records).toHaveLength(2);
  for (const { source, result } of records) {
    const name = (source as { DisplayName: string }).DisplayName.toUpperCase();
    expect(result).toMatchObject({ kind: 'payload', payload: { name } });
  }
  const own = await preview({ mapping, records: [{ key: 'x', data: { DisplayName: 'Zoë' } }] });
  expect(own.records).toMatchObject([{ key: 'x', result: { kind: 'payload', payload: { name: 'ZOË' } } }]);
  const wrong = await preview({ mapping: 'name: DisplayName\nphone: Nowhere.AtAll\n' });
  expect(wrong.problems).toMatchObject([{ line: 2, path: 'phone' }]);
  expect((await preview({ mapping: 'name: [' })).problems[0]?.line).toBeGreaterThan(0);
  const doubled = Array.from({ length: 40 }, (_, n) => `  - &a${n + 1} [*a${n}, *a${n}]`).join('\n');
  const bomb = await preview({ mapping: `tags:\n  - &a0 [x]\n${doubled}\n` });
  expect(bomb.problems[0]?.message).toContain('its aliases (*name) unfold to too much');
  const known = await browser.call('getMapping', { path: { pipeline } });
  expect(known.source.map(({ path }) => path)).toContain('DisplayName');
  expect(known.user.map(({ target }) => target)).toContain('name');
});
