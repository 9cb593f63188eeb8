import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acquireLease } from '../../src/core/state/lease.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { rolodesk } from '../kit/processes/process.ts';

async function folderWith(edit: (config: string) => string): Promise<string> {
  const box = await startSandbox({ customers: 5, jobLatencyMs: 0 });
  const cwd = mkdtempSync(join(tmpdir(), 'rolodesk-cli-'));
  onTestFinished(async () => {
    await box.close();
    chmodSync(cwd, 0o700);
    rmSync(cwd, { recursive: true, force: true });
  });
  writeFileSync(join(cwd, 'rolodesk.yaml'), edit(box.configText()));
  return cwd;
}

test('no configuration: says where it looked and what to try, exit 2', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'rolodesk-cli-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const { code, stderr } = await rolodesk(['check'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain(`No rolodesk.yaml in ${cwd}`);
  expect(stderr).toContain('rolodesk demo');
});

test('every problem of a file at once, with line and suggestion, and without the secrets, exit 2', async () => {
  const cwd = await folderWith((config) =>
    config
      .replace('realmId: "9130357992221046"', 'realmId: acme')
      .replace('clientSecret: sandbox-client-secret', 'clientSecert: very-secret-value')
      .replace('refreshToken: sandbox-refresh-token', 'refreshToken: ${NOT_SET}'),
  );
  const { code, stdout, stderr } = await rolodesk(['sync', '--json'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(/rolodesk\.yaml:5:\d+ source\.realmId: expected digits/);
  expect(stderr).toMatch(/source\.clientSecert: unknown key, did you mean "clientSecret"\?/);
  expect(stderr).toMatch(/source\.refreshToken: the environment variable NOT_SET is not set/);
  expect(stderr).not.toContain('very-secret-value');
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'config-invalid' } });
});

test('a mapping path that is not in the source, and a filter that does not parse, exit 2', async () => {
  const cwd = await folderWith(
    (config) => `${config}mapping:\n  phone: PrimaryPhon.FreeFormNumber\nfilter: "Balance >"\n`,
  );
  const { code, stderr } = await rolodesk(['preview'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('mapping.phone: PrimaryPhon.FreeFormNumber is not in the source');
});

test('credentials that Zendesk answers as an anonymous user, exit 3', async () => {
  const cwd = await folderWith((config) =>
    config.replace(/auth:[\s\S]*$/, 'auth: { type: bearer, token: wrong-token-value }\n'),
  );
  const { code, stdout } = await rolodesk(['check'], { cwd });
  expect(code).toBe(3);
  expect(stdout).toContain('anonymous user');
  expect(stdout).not.toContain('wrong-token-value');
});

test('the wrong company, exit 3', async () => {
  const cwd = await folderWith((config) => config.replace('9130357992221046', '123'));
  const { code, stdout } = await rolodesk(['check'], { cwd });
  expect(code).toBe(3);
  expect(stdout).toContain('the token is not for this company');
});

test('a state file that another run holds, exit 6', async () => {
  const cwd = await folderWith((config) => config);
  const lease = acquireLease(join(cwd, '.rolodesk/state.db'));
  onTestFinished(() => lease.release());
  const { code, stderr } = await rolodesk(['sync'], { cwd });
  expect(code).toBe(6);
  expect(stderr).toContain('in use by another run');
});

test('a state path that is no file, exit 6', async () => {
  const cwd = await folderWith((config) => `${config}state: rolodesk.yaml/state.db\n`);
  const { code, stderr } = await rolodesk(['sync'], { cwd });
  expect(code).toBe(6);
  expect(stderr).not.toContain('internal error');
});

test('an unknown command and an unknown option, exit 2', async () => {
  const cwd = await folderWith((config) => config);
  expect((await rolodesk(['snyc'], { cwd })).code).toBe(2);
  expect((await rolodesk(['sync', '--fulll'], { cwd })).code).toBe(2);
});

test('sync --json prints one JSON document and nothing else; status and show agree with it', async () => {
  const cwd = await folderWith((config) => config);
  const { code, stdout } = await rolodesk(['sync', '--json', '-v'], { cwd });
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ outcome: 'completed', pipeline: 'customers', tallies: { read: 5 } });
  expect(code).toBe(report.tallies.rejected > 0 ? 1 : 0);
  expect(JSON.parse((await rolodesk(['status', '--json'], { cwd })).stdout)).toMatchObject({
    last: { id: report.run },
    links: report.tallies.created,
  });
  expect(JSON.parse((await rolodesk(['show', report.run, '--json'], { cwd })).stdout).records.created).toHaveLength(
    report.tallies.created,
  );
  expect(readFileSync(join(cwd, '.rolodesk/state.db')).includes('sandbox-access')).toBe(false);
});

test.each([
  'check',
  'preview',
  'sync',
  'status',
  'runs',
  'show',
  'rejects',
  'retry',
  'link',
  'forget',
  'sandbox',
  'demo',
])('%s --help has an example', async (command) => {
  const { code, stdout } = await rolodesk([command, '--help'], { cwd: tmpdir() });
  expect(code).toBe(0);
  expect(stdout).toContain(`$ rolodesk ${command}`);
});

test('what is wrong inside console is named with its line, and so is a value of neither kind, exit 2', async () => {
  const wrong = 'console:\n  auth:\n    tokens:\n      - { name: olga, role: admin, token: short }\n';
  const inside = await rolodesk(['check'], { cwd: await folderWith((config) => config + wrong) });
  expect([inside.code, inside.stderr]).toEqual([2, expect.stringMatching(/:\d+:\d+ console\.auth\.tokens\.0\.role: /)]);
  expect(inside.stderr).toContain('console.auth.tokens.0.token: expected at least 16 characters');
  const neither = await rolodesk(['check'], { cwd: await folderWith((config) => `${config}console: [1]\n`) });
  expect([neither.code, neither.stderr]).toEqual([2, expect.stringMatching(/:\d+:\d+ console: /)]);
});

test('a console whose port is taken names its own option; a link for a console that is not there says so', async () => {
  const cwd = await folderWith((config) => config);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  // A server that listens at a port has an address of this kind.
  const { port } = taken.address() as AddressInfo;
  const busy = await rolodesk(['console', '--port', `${port}`], { cwd });
  expect([busy.code, busy.stderr]).toEqual([2, expect.stringContaining('The option is --port.')]);
  expect(busy.stderr).not.toContain('--listen');
  const url = `http://127.0.0.1:${port}`;
  await new Promise((closed) => taken.close(closed));
  const alone = await rolodesk(['console', '--link', '--url', url], { cwd });
  expect([alone.code, alone.stdout]).toEqual([0, expect.stringContaining(`${url}/console/sign-in#`)]);
  expect(alone.stderr).toContain(`No console answers at ${url}.`);
});
