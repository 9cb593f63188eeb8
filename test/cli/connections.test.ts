import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { expect, test } from 'vitest';
import { openCredentials } from '../../src/app/connections/open-credentials.ts';
import { writeKey } from '../../src/app/connections/set-yaml-value.ts';
import { createCommandContext } from '../../src/cli/command.ts';
import { connect } from '../../src/cli/handlers/connect.ts';
import { connections } from '../../src/cli/handlers/connections/connections.ts';
import { status } from '../../src/cli/handlers/status.ts';
import { openBrowser } from '../../src/cli/process/open-browser.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Json } from '../../src/core/domain/json.ts';
import { quickbooksCredentials } from '../../src/sandbox/index.ts';
import { runCommand } from '../kit/environment/run-command.ts';
import { startTestEnvironment, type TestEnvironment } from '../kit/environment/test-environment.ts';
import { ownFolder } from '../kit/folder.ts';

const common = { browser: false, port: 0, adopt: false, clientCredentials: false };
const edit = ({ folder }: TestEnvironment, change: (text: string) => string): void => {
  const path = join(folder, 'rolodesk.yaml');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
};

test('with an address of the user’s own nothing listens: what the browser ended at is pasted', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  edit(it, (text) => text.replace(/ {2}refreshToken: .*\n/, ''));
  const input = new Readable({ read: () => undefined });
  const stderr = Object.assign(Object.create(it.terminal.stderr), {
    async write(text: string) {
      const [url] = /http\S+\?response_type\S+/.exec(text) ?? [];
      if (url === undefined) return;
      const { headers, body } = await request(url);
      await body.dump();
      input.push(`${headers.location}\n`);
    },
  });
  const cli = createCommandContext(
    { ...it.terminal, stdin: input, stderr, stdout: it.terminal.stderr },
    { quiet: true },
  );
  const redirectUri = 'https://www.example.com/callback';
  expect(await connect(cli, 'quickbooks', { ...common, redirectUri })).toBe(0);
  expect(it.box.quickbooks.state()).toMatchObject({ codesExchanged: 1 });
  input.destroy();
});

test('Intuit takes no plain http for production keys: said before anybody is sent there', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  edit(it, (text) =>
    text.replace('environment: sandbox', 'environment: production').replace(/ {2}authorizeUrl.*\n/, ''),
  );
  const asked = runCommand(it, {}, (cli) => connect(cli, 'quickbooks', common));
  await expect(asked).rejects.toMatchObject({
    code: 'redirect-uri',
    exitCode: 2,
    remedy: { kind: 'connect-with-redirect', system: 'quickbooks' },
  });
  const plain = { ...common, redirectUri: 'http://www.example.com/callback' };
  await expect(runCommand(it, {}, (cli) => connect(cli, 'quickbooks', plain))).rejects.toMatchObject({
    code: 'redirect-uri',
  });
});

test('what cannot be connected is told apart', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const attempt = (named: string) => runCommand(it, {}, (cli) => connect(cli, named, common));
  await expect(attempt('hubspot')).rejects.toMatchObject({
    code: 'usage',
    hint: expect.stringContaining('quickbooks'),
  });
  const clientless = runCommand(it, {}, (cli) => connect(cli, 'source', { ...common, clientCredentials: true }));
  await expect(clientless).rejects.toMatchObject({ code: 'usage' });
  const both = await startTestEnvironment({ customers: 0, from: 'zendesk' });
  await expect(runCommand(both, {}, (cli) => connect(cli, 'zendesk', common))).rejects.toThrow('Both sides');
});

/** A stored token of the company, this many days before its end. */
async function age({ folder, terminal, box }: TestEnvironment, days: number): Promise<void> {
  const path = join(folder, '.rolodesk/state.db');
  const state = { kind: 'sqlite', path, location: path } as const;
  const store = await openCredentials({ state, env: terminal.env }, { ...terminal, clock: systemClock });
  const name = `quickbooks ${quickbooksCredentials.realmId} ${box.quickbooks.url}/oauth2/v1/tokens/bearer`;
  const stored = await store.load(name);
  // What was saved there is an object.
  const fields = stored as { readonly [key: string]: Json };
  await store.save(name, { ...fields, refreshExpiresAt: Date.now() + days * 86_400_000 });
  await store.close();
}

test('14 days before a cliff, connections and status say so, and exit 1', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  expect(await it.run()).toMatchObject({ outcome: 'completed' });
  expect(await runCommand(it, {}, connections)).toMatchObject({ code: 0 });
  expect(await runCommand(it, {}, status)).toMatchObject({ code: 0 });
  await age(it, 13);
  for (const command of [connections, status])
    expect(await runCommand(it, {}, command)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/refresh token: ends on \d{4}-/),
    });
  const { stdout } = await runCommand(it, { json: true }, status);
  expect(JSON.parse(stdout).connections[0].renewals[0]).toMatchObject({ what: 'refresh token', state: 'soon' });
  await age(it, -1);
  expect(await runCommand(it, {}, connections)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('refresh token: ended on'),
  });
});

test('a stored token under another key is no failure of status: it is reported as unreadable', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  await it.run();
  const other = { ...it, terminal: { ...it.terminal, env: { ...it.terminal.env, ROLODESK_KEY: 'another' } } };
  expect(await runCommand(other, {}, status)).toMatchObject({ code: 0 });
  const { stdout } = await runCommand(other, {}, connections);
  expect(stdout).toContain("can't be decrypted");
});

test('the browser is opened without a shell, and where there is none nobody minds', async () => {
  const url = 'https://example.com/?a=1&b=$(touch x)';
  const started: unknown[] = [];
  // As spawn does it: the event comes later.
  const spawn = (event: string) =>
    ((...call: unknown[]) => {
      started.push(call.slice(0, 2));
      return {
        once: (name: string, done: () => void) => name === event && queueMicrotask(done),
        unref: () => undefined,
      };
    }) as never;
  expect(await openBrowser(url, { platform: 'darwin', env: {}, spawn: spawn('spawn') })).toBe(true);
  expect(await openBrowser(url, { platform: 'win32', env: {}, spawn: spawn('spawn') })).toBe(true);
  expect(await openBrowser(url, { platform: 'linux', env: { DISPLAY: ':0' }, spawn: spawn('error') })).toBe(false);
  expect(await openBrowser(url, { platform: 'linux', env: {}, spawn: spawn('spawn') })).toBe(false);
  expect(started).toEqual([
    ['open', [url]],
    ['rundll32', ['url.dll,FileProtocolHandler', url]],
    ['xdg-open', [url]],
  ]);
});

test('a key is written where it stands, and every other character stays', () => {
  const path = join(ownFolder(), 'rolodesk.yaml');
  const text = '# mine\nsource: { realmId:   "0", clientId: "${ID}" } # kept\nother:   [ 1,2 ]\n';
  writeFileSync(path, text);
  expect(writeKey(path, ['source', 'realmId'], '42')).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(text.replace('"0"', '"42"'));
  for (const key of ['clientId', 'missing']) expect(writeKey(path, ['source', key], '42')).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe(text.replace('"0"', '"42"'));
});
