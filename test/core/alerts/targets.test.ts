import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import { testAlerts } from '../../../src/cli/handlers/alerts.ts';
import { sync } from '../../../src/cli/handlers/sync.ts';
import { alertsSchema } from '../../../src/core/alerts/config.ts';
import { testMessage } from '../../../src/core/alerts/message.ts';
import { createTargets } from '../../../src/core/alerts/targets/create-targets.ts';
import { runCommand } from '../../kit/environment/run-command.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { ownFolder } from '../../kit/folder.ts';
import { serveScript } from '../../kit/twins/scripted-server.ts';

const message = testMessage('customers', Date.UTC(2026, 10, 23, 12));

function targetOf(given: object, env: Readonly<Record<string, string>> = {}) {
  const [target] = createTargets(alertsSchema.parse({ targets: [given] }).targets, env);
  if (!target) throw new Error('There is one target.');
  return target;
}

async function mailServer({ refuses = false } = {}) {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_, __, done) => done(refuses ? new Error('no such person') : null),
    onData(stream, _, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  // A listening TCP server has an address with a port.
  const { port } = server.server.address() as AddressInfo;
  return { mails, smtp: { host: '127.0.0.1', port, security: 'none' } };
}

const mail = { type: 'email', from: 'rolodesk@example.com', to: ['ops@example.com', 'night@example.com'] };

test('a webhook is sent JSON with a text', async () => {
  const { origin, asked } = await serveScript(() => ({ status: 200, body: 'ok' }));
  await targetOf({ type: 'webhook', url: `${origin}/services/T0/B0` }).send(message);
  expect(asked).toMatchObject([
    {
      method: 'POST',
      path: '/services/T0/B0',
      body: { text: 'Rolodesk, customers: this is a test. Alerts arrive here.' },
    },
  ]);
  expect(Object.keys(asked[0]?.body ?? {})).toEqual(['text']);
});

test.each([
  ['refuses', () => ({ status: 404, body: 'no_team' }), 'the webhook answered HTTP 404'],
  ['hangs up', () => 'reset' as const, 'the webhook did not answer'],
])('a webhook that %s has not taken it, and its address, a secret, is not shown', async (_, answer, why) => {
  const { origin } = await serveScript(answer);
  const sent = targetOf({ type: 'webhook', url: `${origin}/services/secret` }).send(message);
  await expect(sent).rejects.toMatchObject({ code: 'alert-not-delivered', message: expect.stringContaining(why) });
  await expect(sent).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
});

test('a mail goes to each receiver, as plain text', async () => {
  const { mails, smtp } = await mailServer();
  await targetOf({ ...mail, smtp }).send(message);
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatch(/^From: rolodesk@example\.com\r\nTo: ops@example\.com, night@example\.com\r\n/);
  expect(mails[0]).toContain('this is a test. Alerts arrive here.');
});

test('a mail that the server refuses is not delivered, and no address is reported', async () => {
  const { smtp } = await mailServer({ refuses: true });
  const sent = targetOf({ ...mail, smtp }).send(message);
  await expect(sent).rejects.toMatchObject({ message: expect.stringMatching(/EENVELOPE 550\)\.$/) });
});

test('a server that offers no encryption is not given a mail that requires it', async () => {
  const { mails, smtp } = await mailServer();
  await expect(targetOf({ ...mail, smtp: { ...smtp, security: 'starttls' } }).send(message)).rejects.toMatchObject({
    code: 'alert-not-delivered',
  });
  expect(mails).toEqual([]);
});

test('a command is given JSON on its standard input, without a shell and without our secrets', async () => {
  const file = join(ownFolder(), 'reported.json');
  const program = `
    let text = '';
    process.stdin.on('data', (chunk) => { text += chunk; });
    process.stdin.on('end', () => require('fs').writeFileSync(process.argv[1], JSON.stringify([text, process.env.SECRET ?? null, process.argv[2]])));
  `;
  const command = [process.execPath, '-e', program, file, '$(date)'];
  await targetOf({ type: 'command', command }, { SECRET: 'hidden', PATH: process.env.PATH ?? '' }).send(message);
  const [text, secret, argument] = JSON.parse(readFileSync(file, 'utf8'));
  expect(JSON.parse(text)).toEqual(message);
  expect(secret).toBeNull();
  expect(argument).toBe('$(date)');
});

test.each([
  ['fails', [process.execPath, '-e', 'process.exit(3)'], 'the command ended with 3'],
  ['is not there', ['/no/such/program'], 'the command could not be run to its end (ENOENT)'],
])('a command that %s has not taken it', async (_, command, why) => {
  await expect(targetOf({ type: 'command', command }).send(message)).rejects.toMatchObject({
    message: `The alert was not delivered: ${why}.`,
  });
});

test('a sync that cron begins reports its failure once, and once that it is over; alerts test says who is reached', async () => {
  const { origin, asked } = await serveScript(({ path }) => ({ status: path === '/hook' ? 200 : 500 }));
  const targets = `
    - { type: webhook, url: "${origin}/hook" }`;
  const environment = await startTestEnvironment({ customers: 2, more: `alerts:\n  targets:${targets}` });
  const texts = () => asked.map(({ body }) => String(Reflect.get(Object(body), 'text')));
  const once = () =>
    runCommand(environment, { json: true }, (stage) => sync(stage, {})).catch(({ code }) => ({ code }));
  const fresh = environment.box.quickbooks.reconnect();
  expect(await once()).toMatchObject({ code: 'invalid-grant' });
  await once();
  const path = join(environment.folder, 'rolodesk.yaml');
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace('refreshToken: sandbox-refresh-token', `refreshToken: ${fresh}`),
  );
  expect(await once()).toMatchObject({ code: 0 });
  expect(texts()).toEqual([
    expect.stringMatching(/^Rolodesk, customers: the sync failed \(invalid-grant\): QuickBooks refused/),
    expect.stringMatching(/^Rolodesk, customers: over: syncs failed, since /),
  ]);
  environment.configure(`alerts:\n  targets:${targets}\n    - { type: webhook, url: "${origin}/other" }`);
  const tested = await runCommand(environment, { json: true }, (stage) => testAlerts(stage));
  expect(tested.code).toBe(4);
  expect(JSON.parse(tested.stdout).targets).toMatchObject([{ target: 'webhook 1', ok: true }, { ok: false }]);
  expect(environment.logged()).not.toContain('/hook');
});
