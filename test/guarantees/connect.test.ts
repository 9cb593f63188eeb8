import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { run } from '../../src/cli/start.ts';
import { quickbooksCredentials } from '../../src/sandbox/index.ts';
import { visit } from '../kit/browser.ts';
import type { EnvironmentOptions } from '../kit/environment/create-environment.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';

/** A person who installed Rolodesk: the configuration holds no token, and everything that was printed is kept. */
async function newcomer(options: EnvironmentOptions = {}, change: (text: string) => string = (text) => text) {
  const it = await startTestEnvironment({ customers: 3, ...options });
  const path = join(it.folder, 'rolodesk.yaml');
  const text = readFileSync(path, 'utf8').replace(/ {2}refreshToken: .*\n/, '');
  writeFileSync(path, change(text.replace(quickbooksCredentials.realmId, '0')));
  let everything = '';
  const type = async (line: string, onAddress: (url: string) => unknown = () => undefined) => {
    let stdout = '';
    let stderr = '';
    const sink = (add: (part: string) => void) =>
      new Writable({
        write(chunk, _, done) {
          add(String(chunk));
          everything += String(chunk);
          done();
        },
      });
    let seen = false;
    const terminal = {
      ...it.terminal,
      stdin: Object.assign(Object.create(process.stdin), { isTTY: false }),
      stdout: sink((part) => {
        stdout += part;
      }),
      stderr: sink((part) => {
        stderr += part;
        const [url] = /http\S+\?response_type\S+/.exec(stderr) ?? [];
        if (url === undefined || seen) return;
        seen = true;
        void onAddress(url);
      }),
    };
    const code = await run(terminal, ['node', 'rolodesk', ...line.split(' ')]);
    return { code, stdout, stderr };
  };
  return { ...it, path, type, everything: () => everything };
}

/** Every token and code of the twins begins so; their client ids do not. */
const secrets = ['sandbox-code-', 'sandbox-access-', 'sandbox-refresh-', 'sandbox-zendesk-', 'sandbox-client-secret'];

test('a new user: connect both, check, sync; the company is found, and no secret is printed or stored in clear', async () => {
  const it = await newcomer();
  const landed: string[] = [];
  const browse = async (url: string): Promise<void> => {
    const page = await visit(url);
    landed.push(page.url);
    expect(page.status).toBe(200);
  };
  expect(await it.type('check')).toMatchObject({
    code: 3,
    stdout: expect.stringContaining('rolodesk connect quickbooks'),
  });
  expect(await it.type('connections')).toMatchObject({ code: 1 });
  const quickbooks = await it.type('connect quickbooks --port 0 -v', browse);
  expect(quickbooks).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/Redirect URI: http:\/\/localhost:\d+\/callback/),
  });
  expect(readFileSync(it.path, 'utf8')).toContain(`realmId: "${quickbooksCredentials.realmId}"`);
  expect(await it.type('connect zendesk --port 0 -v', browse)).toMatchObject({ code: 0 });
  expect(await it.type('check -v')).toMatchObject({ code: 0 });
  expect(await it.type('sync -v')).toMatchObject({ code: 0 });
  const { connections, due } = JSON.parse((await it.type('connections --json')).stdout);
  expect(due).toBe(0);
  expect(connections).toMatchObject([
    {
      system: 'quickbooks',
      account: `company ${quickbooksCredentials.realmId}`,
      auth: 'OAuth, refresh token',
      state: 'connected',
      scopes: ['com.intuit.quickbooks.accounting'],
      renewals: [{ what: 'refresh token' }, { what: 'connection' }],
    },
    { system: 'zendesk', state: 'connected', scopes: ['read', 'write'], renewals: [{ what: 'refresh token' }] },
  ]);
  // One exchange for each; the sync renewed neither, for what was kept was good.
  expect(it.box.quickbooks.state()).toMatchObject({ codesExchanged: 1, refreshes: 0 });
  // The first check, which asked Zendesk although QuickBooks was not connected, got in by the client's secret.
  expect(it.box.zendesk.state()).toMatchObject({ codesExchanged: 1, tokens: 2 });
  const state = readFileSync(join(it.folder, '.rolodesk/state.db'), 'latin1');
  for (const secret of secrets) {
    expect(it.everything()).not.toContain(secret);
    expect(state).not.toContain(secret);
  }
  expect(landed.filter((url) => url.includes('code=sandbox-code-'))).toHaveLength(2);
});

test('the stored token outlives the access token: a sync renews it, and what comes of that is kept', async () => {
  const it = await newcomer();
  await it.type('connect quickbooks --port 0', visit);
  for (const refreshes of [1, 2]) {
    it.box.quickbooks.expireTokens();
    expect(await it.type('sync')).toMatchObject({ code: 0 });
    expect(it.box.quickbooks.state()).toMatchObject({ refreshes });
  }
});

test('a person says no: nothing is exchanged, and the message says who', async () => {
  const it = await newcomer();
  it.box.quickbooks.setConsent({ answer: 'access_denied', description: 'The user <b>said</b> no' });
  const { code, stderr } = await it.type('connect quickbooks --port 0', visit);
  expect(code).toBe(3);
  expect(stderr).toContain('QuickBooks Online did not give access (access_denied: The user <b>said</b> no).');
  expect(it.box.quickbooks.requests().byRoute).not.toHaveProperty('POST /oauth2/v1/tokens/bearer');
});

test('another company than the configured one is refused before its code is spent; --adopt takes it', async () => {
  const it = await newcomer({}, (text) => text.replace('realmId: "0"', 'realmId: "123" # ours'));
  const refused = await it.type('connect quickbooks --port 0', visit);
  expect(refused).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('source.realmId names 123. Nothing was connected'),
  });
  expect(it.box.quickbooks.state()).toMatchObject({ codesExchanged: 0 });
  expect(await it.type('connect quickbooks --port 0 --adopt', visit)).toMatchObject({ code: 0 });
  expect(readFileSync(it.path, 'utf8')).toContain(`realmId: "${quickbooksCredentials.realmId}" # ours`);
  expect(await it.type('check')).toMatchObject({ code: 0 });
});

test.each([
  ['an answer of 400', { fault: '400' }, 5],
  ['an answer of 503', { fault: '503' }, 4],
  ['no answer', { fault: 'reset-after' }, 3],
])('the code is exchanged once, whatever comes of it: %s', async (_, fault, exit) => {
  const it = await newcomer();
  it.box.quickbooks.faults.add({ ...fault, path: '/tokens/bearer' });
  const { code } = await it.type('connect quickbooks --port 0', visit);
  expect(code).toBe(exit);
  expect(it.box.quickbooks.requests().byRoute['POST /oauth2/v1/tokens/bearer']).toBe(1);
  expect(await it.type('connections')).toMatchObject({ code: 1 });
});

test('Zendesk refuses a code whose verifier is not the one that was begun with', async () => {
  const it = await newcomer();
  const forged = (url: string) => visit(url.replace(/code_challenge=[^&]+/, `code_challenge=${'A'.repeat(43)}`));
  const { code, stderr } = await it.type('connect zendesk --port 0', forged);
  expect(code).toBe(3);
  expect(stderr).toContain('Zendesk refused the code (invalid_grant).');
});

test('Zendesk by client credentials: nobody signs in, and a token is there', async () => {
  const it = await newcomer();
  expect(await it.type('connect zendesk --client-credentials')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('OAuth, client credentials; scopes: read write'),
  });
  expect(it.box.zendesk.state()).toMatchObject({ tokens: 1, codesExchanged: 0 });
});

test('an API token: connect says how to move, with the dates; connections warns of the end', async () => {
  const auth = 'auth: { type: api_token, email: admin@example.com, token: sandbox-api-token }';
  const it = await newcomer({}, (text) => text.replace(/auth:\n {4}type: oauth\n.*\n.*/, auth));
  const { code, stderr } = await it.type('connect zendesk');
  expect(code).toBe(2);
  for (const word of ['2026-07-28', '2026-10-27', '2027-04-30', 'type: oauth', 'rolodesk connect destination'])
    expect(stderr).toContain(word);
  const { stdout } = await it.type('connections --json');
  expect(JSON.parse(stdout).connections[1]).toMatchObject({
    auth: 'API token',
    renewals: [{ what: 'API token', by: '2027-04-30T00:00:00.000Z' }],
  });
});

test('disconnect revokes at the vendor, then forgets: no token that was kept works any more', async () => {
  const it = await newcomer();
  await it.type('connect quickbooks --port 0', visit);
  await it.type('connect zendesk --port 0', visit);
  it.box.zendesk.expireTokens();
  expect(await it.type('disconnect quickbooks --json')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"revoked": true'),
  });
  // Its access token had ended: it is renewed to be revoked.
  expect(await it.type('disconnect zendesk')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('revoked there'),
  });
  expect(it.box.quickbooks.state()).toMatchObject({ revocations: 1 });
  expect(it.box.zendesk.state()).toMatchObject({ revocations: 1 });
  expect(await it.type('sync')).toMatchObject({ code: 3 });
  expect(await it.type('disconnect quickbooks')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('no token of it was valid'),
  });
});

test('a vendor that does not answer revokes nothing, so nothing is forgotten; --local forgets', async () => {
  const it = await newcomer();
  await it.type('connect quickbooks --port 0', visit);
  it.box.quickbooks.faults.add({ fault: '503', path: 'revoke' });
  const { code, stderr } = await it.type('disconnect quickbooks');
  expect(code).toBe(4);
  expect(stderr).toContain('Nothing was forgotten here.');
  expect(stderr).toContain('rolodesk disconnect quickbooks --local');
  expect(await it.type('check')).toMatchObject({ code: 0 });
  expect(await it.type('disconnect quickbooks --local')).toMatchObject({ code: 0 });
  expect(await it.type('check')).toMatchObject({ code: 3 });
});
