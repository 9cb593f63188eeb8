import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { quickbooksCredentials, zendeskCredentials } from '../../src/sandbox/index.ts';
import { customer } from '../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment } from '../kit/environment/test-environment.ts';
import { rolodesk } from '../kit/processes/process.ts';

const { clientId, clientSecret } = quickbooksCredentials;
const { email, apiToken, adminToken, agentToken } = zendeskCredentials;
const basic = (user: string, word: string): string => Buffer.from(`${user}:${word}`).toString('base64');

/** What must never be seen: what was configured, what a wrong configuration held, and in every spelling a request has. */
const secrets = [
  clientSecret,
  zendeskCredentials.clientSecret,
  apiToken,
  adminToken,
  agentToken,
  'canary-secret',
  'canary-refresh',
  'canary-token',
  basic(clientId, clientSecret),
  basic(clientId, 'canary-secret'),
  basic(`${email}/token`, apiToken),
  basic(`${email}/token`, 'canary-token'),
].flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex')]);
/** What the twins issue: access tokens and refresh tokens, new ones with each grant. */
const issued = /sandbox-(?:zendesk-)?(?:access|refresh)-[\w-]+/;

function secretsIn(text: string): readonly string[] {
  return [...secrets.filter((secret) => text.includes(secret)), ...(issued.exec(text) ?? [])];
}

async function typed({ folder }: TestEnvironment, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await rolodesk(args, { cwd: folder });
  return `${stdout}\n${stderr}`;
}

function stateOf({ folder }: TestEnvironment): string {
  const state = join(folder, '.rolodesk');
  return readdirSync(state)
    .map((name) => readFileSync(join(state, name), 'latin1'))
    .join('\n');
}

/** Every auth there is, by what replaces the sandbox's own lines. */
const auths = {
  'client credentials': (text: string) => text,
  'rotating refresh token': (text: string) =>
    text.replace(/(type: oauth\n(\s+))/, `$1refreshToken: ${zendeskCredentials.refreshToken}\n$2`),
  'API token': (text: string) => replaceAuth(text, `{ type: api_token, email: ${email}, token: ${apiToken} }`),
  bearer: (text: string) => replaceAuth(text, `{ type: bearer, token: ${adminToken} }`),
};

function replaceAuth(text: string, auth: string): string {
  return text.replace(/ {2}auth:\n(?: {4}.*\n)+/, `  auth: ${auth}\n`);
}

function edit({ folder }: TestEnvironment, change: (text: string) => string): void {
  const path = join(folder, 'rolodesk.yaml');
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  writeFileSync(path, after);
}

test.each(Object.entries(auths))(
  'G8: every command at -v with %s: no secret is printed, and none stands in the state as it is',
  async (_, authOf) => {
    const it = await startTestEnvironment({
      customers: 20,
      users: 3,
      tokenTtlSeconds: 3600,
      zendeskFaults: [
        { fault: '500', nth: 12 },
        { fault: 'html', path: 'show_many', nth: 2 },
      ],
      quickbooksFaults: [{ fault: '3200', path: 'query', nth: 2 }],
    });
    edit(it, authOf);
    const said: Record<string, string> = {};
    const say = async (...args: readonly string[]): Promise<string> => {
      said[args.join(' ')] = await typed(it, ...args);
      return said[args.join(' ')] ?? '';
    };
    for (const command of ['check', 'preview --limit 2', 'plan --out plan.json', 'sync', 'status', 'runs', 'fields'])
      await say(...command.split(' '), '-v');
    const run = JSON.parse((await typed(it, 'runs', '--json')).trim())[0]?.id;
    expect(run).toBeTypeOf('string');
    it.box.quickbooks.company.upsert(customer(1, { PrimaryEmailAddr: { Address: 'broken@' } }));
    it.box.zendesk.expireTokens();
    for (const command of [
      'sync --full',
      `show ${run}`,
      'rejects',
      'retry',
      'audit',
      `support-bundle ${run}`,
      `undo ${run} --yes`,
    ])
      await say(...command.split(' '), '-v');
    // Each did what it is for, and was not turned away at the door.
    expect(Object.entries(said).filter(([, text]) => text.length < 100)).toEqual([]);
    expect(
      Object.entries(said).flatMap(([command, text]) => secretsIn(text).map((secret) => [command, secret])),
    ).toEqual([]);
    expect(secretsIn(stateOf(it))).toEqual([]);
    expect(stateOf(it)).toContain('SQLite format 3');
  },
);

test.each([
  ['a wrong client secret at the source', (text: string) => text.replace(clientSecret, 'canary-secret')],
  [
    'a dead refresh token at the source',
    (text: string) => text.replace(/refreshToken: sandbox-refresh\S*/, 'refreshToken: canary-refresh'),
  ],
  [
    'a wrong client secret at the destination',
    (text: string) => text.replace(zendeskCredentials.clientSecret, 'canary-secret'),
  ],
  [
    'a wrong API token',
    (text: string) => replaceAuth(text, `{ type: api_token, email: ${email}, token: canary-token }`),
  ],
  [
    'a secret under a key with a typo',
    (text: string) => text.replace(`clientSecret: ${clientSecret}`, 'clientSecert: canary-secret'),
  ],
  ['a secret in the place of a number', (text: string) => text.replace(/realmId: .*/, 'realmId: canary-secret')],
  ['YAML that breaks off within a secret', (text: string) => `${text}\nx: "canary-secret`],
])('G8: an error about %s does not say it', async (_, change) => {
  const it = await startTestEnvironment({ customers: 2 });
  edit(it, change);
  expect(readFileSync(join(it.folder, 'rolodesk.yaml'), 'utf8')).toContain('canary');
  for (const command of ['check -v', 'sync -v', 'sync -v --json']) {
    const text = await typed(it, ...command.split(' '));
    expect(text.length).toBeGreaterThan(40);
    expect(secretsIn(text)).toEqual([]);
  }
});
