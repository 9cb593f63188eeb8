import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { init } from '../../src/cli/handlers/init.ts';
import { workedExamples } from '../../src/cli/init/examples.ts';
import type { Prompts } from '../../src/cli/init/questions.ts';
import { sources } from '../../src/connectors/registry.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { vendors } from '../connectors/http/examples/all-vendors.ts';
import { commandContext } from '../kit/environment/command-context.ts';
import { customer } from '../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';
import { ownFolder } from '../kit/folder.ts';
import { hasTerminal, startOnTerminal } from '../kit/processes/on-terminal.ts';
import { rolodesk, source } from '../kit/processes/process.ts';
import { testKey } from '../kit/test-key.ts';

const read = (cwd: string, name: string): string => readFileSync(join(cwd, name), 'utf8');
const modeOf = (cwd: string, name: string): number => statSync(join(cwd, name)).mode & 0o777;
const type = (cwd: string, line: string, env = {}) => rolodesk(line.split(' '), { cwd, env });

test.each(sources.map(({ name }) => name))(
  '--yes writes a configuration of %s, and .env.example names its variables',
  async (name) => {
    const cwd = ownFolder();
    expect(await type(cwd, `init --yes --source ${name}`)).toMatchObject({ code: 0 });
    const used = [...read(cwd, 'rolodesk.yaml').matchAll(/\$\{(\w+)\}/g)].map(([, variable]) => variable ?? '');
    expect(used).toContain('ZENDESK_SUBDOMAIN');
    const reported = read(cwd, '.env.example').split('\n');
    for (const variable of used) expect(reported).toContain(`${variable}=`);
    // It is read as it stands, once the variables are there: nobody is asked for this.
    const env = Object.fromEntries(used.map((variable) => [variable, '1']));
    expect(await type(cwd, 'runs', env)).toMatchObject({
      code: 0,
      stdout: 'No run yet. rolodesk sync makes the first.\n',
    });
  },
);

test('init --sandbox: check passes at once', async () => {
  const box = await startSandbox({ customers: 2 });
  onTestFinished(() => box.close());
  const cwd = ownFolder();
  const [quickbooks, zendesk] = [box.quickbooks.url, box.zendesk.url].map((url) => new URL(url).port);
  const ports = `--quickbooks-port ${quickbooks} --zendesk-port ${zendesk}`;
  expect(await type(cwd, `init --sandbox ${ports}`)).toMatchObject({ code: 0 });
  expect(modeOf(cwd, 'rolodesk.yaml')).toBe(0o600);
  expect(await type(cwd, 'check')).toMatchObject({ code: 0 });
});

test('init --money: from nothing to a user with its overdue amount, and an audit that compares it', async () => {
  const box = await startSandbox({ customers: 3, jobLatencyMs: 5, timeZone: 'America/New_York' });
  onTestFinished(() => box.close());
  box.quickbooks.money.invoice({ customer: '1', amount: 99.9, date: '2026-01-05', due: '2026-02-04', number: 'A7' });
  const cwd = ownFolder();
  const [quickbooks, zendesk] = [box.quickbooks.url, box.zendesk.url].map((url) => new URL(url).port);
  const ports = `--quickbooks-port ${quickbooks} --zendesk-port ${zendesk}`;
  expect(await type(cwd, `init --money --sandbox ${ports}`)).toMatchObject({ code: 0 });
  expect(await type(cwd, 'fields apply --yes')).toMatchObject({ code: 0 });
  const env = { ROLODESK_KEY: testKey };
  expect(await type(cwd, 'check', env)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('days end in America/New_York'),
  });
  expect(await type(cwd, 'sync', env)).toMatchObject({ code: 0 });
  const user = [...box.zendesk.users.byId.values()].find(({ external_id }) => external_id?.endsWith(':1'));
  expect(user).toMatchObject({
    user_fields: { overdue_amount: 99.9, overdue_age: 'late_over_90', last_invoice_number: 'A7' },
  });
  expect(await type(cwd, 'audit', env)).toMatchObject({ code: 0 });
  expect(await type(cwd, 'init --yes --money --source json --dir other')).toMatchObject({ code: 2 });
});

test('init --money --organizations: an organization has what its customer and all below it owe, until they owe nothing', async () => {
  const box = await startSandbox({ customers: 0, jobLatencyMs: 5, timeZone: 'America/New_York' });
  onTestFinished(() => box.close());
  const { company, money } = box.quickbooks;
  const named = (id: number, name: string, more: object = {}) =>
    company.upsert(customer(id, { DisplayName: name, FullyQualifiedName: name, CompanyName: 'Kestrel Ltd', ...more }));
  named(1, 'Kestrel');
  named(2, 'North', { FullyQualifiedName: 'Kestrel:North', Job: true, ParentRef: { value: '1' } });
  named(3, 'A. Person', { CompanyName: undefined });
  const due = { date: '2026-01-05', due: '2026-02-04' };
  const own = money.invoice({ customer: '1', amount: 99.9, ...due });
  const below = money.invoice({ customer: '2', amount: 0.15, ...due });
  const cwd = ownFolder();
  const [quickbooks, zendesk] = [box.quickbooks.url, box.zendesk.url].map((url) => new URL(url).port);
  const ports = `--quickbooks-port ${quickbooks} --zendesk-port ${zendesk}`;
  const env = { ROLODESK_KEY: testKey };
  expect(await type(cwd, `init --organizations --sandbox ${ports}`)).toMatchObject({ code: 2 });
  expect(await type(cwd, `init --money --organizations --sandbox ${ports}`)).toMatchObject({ code: 0 });
  expect(await type(cwd, 'fields apply --yes')).toMatchObject({ code: 0 });
  expect(await type(cwd, 'sync', env)).toMatchObject({ code: 0 });
  const organizations = () => [...box.zendesk.organizations.byId.values()];
  const owed = { open_balance: 100.05, overdue_amount: 100.05, balance_currency: 'USD' };
  expect(organizations()).toMatchObject([
    { name: 'Kestrel', organization_fields: { ...owed, overdue_age: 'organization_over_90' } },
  ]);
  // The sub-customer's own figures are no word about the organization.
  company.upsert({ Id: '2', Notes: 'changed' });
  expect(await type(cwd, 'sync', env)).toMatchObject({ code: 0 });
  expect(organizations()).toMatchObject([{ organization_fields: owed }]);
  for (const { id } of [own, below]) money.void(id);
  expect(await type(cwd, 'sync', env)).toMatchObject({ code: 0 });
  const nothing = { open_balance: 0, overdue_amount: 0, overdue_age: 'organization_owes_nothing' };
  expect(organizations()).toMatchObject([{ organization_fields: nothing }]);
});

test('what was given is written; nothing that is there is replaced without --force', async () => {
  const cwd = ownFolder();
  const line = 'init --yes --environment sandbox --realm-id 123 --subdomain acme --json';
  const { stdout } = await type(cwd, line);
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    folder: cwd,
    written: ['rolodesk.yaml', '.env.example'],
    kept: [],
  });
  const first = read(cwd, 'rolodesk.yaml');
  for (const part of ['environment: sandbox', 'realmId: "123"', 'subdomain: acme']) expect(first).toContain(part);
  expect(await type(cwd, 'init --yes')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Nothing was written'),
  });
  expect(read(cwd, 'rolodesk.yaml')).toBe(first);
  expect(await type(cwd, 'init --yes --force')).toMatchObject({ code: 0 });
  expect(read(cwd, 'rolodesk.yaml')).toContain('realmId: "0"');
});

test.each([
  ['init', 'no terminal to ask on'],
  ['init --yes --source nothing', 'There is no connector "nothing"'],
  ['init --yes --realm-id abc', 'expected digits'],
  ['init --yes --subdomain a.example.com', 'before .zendesk.com'],
  ['init --sandbox --source json', 'QuickBooks as the source'],
])('%s is refused, and nothing is written', async (line, why) => {
  const cwd = ownFolder();
  expect(await type(cwd, line)).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
  expect(existsSync(join(cwd, 'rolodesk.yaml'))).toBe(false);
});

/** A person who answers in turn. */
function person(...answers: readonly (string | boolean)[]): Prompts {
  const left = [...answers];
  const next = async (): Promise<never> => left.shift() as never;
  return { text: next, secret: next, choose: next, confirm: next };
}

test('what a person answers: secrets go to .env, for its owner alone, and are read from there', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const cwd = ownFolder();
  writeFileSync(join(cwd, '.env'), 'QBO_CLIENT_ID=mine');
  const ask = person('quickbooks', 'production', 'app', "se'cret $x", 'acme', 'client', 'zen secret');
  const { cli, printed } = commandContext(it);
  expect(await init(cli, { dir: cwd, yes: false, force: false, sandbox: undefined, ask })).toBe(0);
  // What was there stays; what is added does not run into it.
  expect(read(cwd, '.env')).toBe(
    "QBO_CLIENT_ID=mine\nQBO_CLIENT_SECRET=`se'cret $x`\nZENDESK_CLIENT_ID=client\nZENDESK_CLIENT_SECRET='zen secret'\n",
  );
  expect(modeOf(cwd, '.env')).toBe(0o600);
  expect(printed()).not.toContain('cret $x');
  expect(printed()).toContain('rolodesk connect quickbooks');
  expect(await type(cwd, 'runs')).toMatchObject({ code: 0 });
  // A no keeps a file, and goes on with the others.
  const kept = read(cwd, 'rolodesk.yaml');
  const again = person('json', 'other', '', false, true);
  expect(await init(cli, { dir: cwd, yes: false, force: false, sandbox: undefined, ask: again })).toBe(0);
  expect(read(cwd, 'rolodesk.yaml')).toBe(kept);
  expect(read(cwd, '.env.example')).not.toContain('QBO_CLIENT_ID');
});

test.each(['acme', 'acme.zendesk.com', 'https://Acme.zendesk.com/agent/dashboard?x=1', ' acme '])(
  'the address of a Zendesk may be pasted: %j',
  async (pasted) => {
    const it = await startTestEnvironment({ customers: 0 });
    const cwd = ownFolder();
    const ask = person('json', pasted, '');
    const { cli } = commandContext(it);
    expect(await init(cli, { dir: cwd, yes: false, force: false, sandbox: undefined, ask })).toBe(0);
    expect(read(cwd, 'rolodesk.yaml')).toContain('subdomain: acme\n');
  },
);

test('of a spreadsheet it reads the headers, and what it writes is read as it stands', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const cwd = ownFolder();
  writeFileSync(join(cwd, 'members.csv'), 'Member no.,Full name,E-mail,Level\n1,Kestrel Nursery,k@example.com,Gold\n');
  const shown: string[][] = [];
  const answers = person('worksheet', 'members.csv', 'Member no.', 'Full name', 'E-mail', '', 'acme', 'client', 's');
  const ask: Prompts = {
    ...answers,
    choose: async (question) => {
      shown.push(question.options.map(({ value }) => value));
      return await answers.choose(question);
    },
  };
  const { cli, printed } = commandContext(it);
  expect(await init(cli, { dir: cwd, yes: false, force: false, sandbox: undefined, ask })).toBe(0);
  // The likely columns come first; a header of two words is shown once.
  expect(shown.slice(1)).toEqual([
    ['Member no.', 'Full name', 'E-mail', 'Level'],
    ['Full name', 'Member no.', 'E-mail', 'Level'],
    ['E-mail', 'Member no.', 'Full name', 'Level', ''],
    ['', 'Member no.', 'Full name', 'E-mail', 'Level'],
  ]);
  expect(printed()).not.toContain('fill in source');
  const { code, stdout } = await type(cwd, 'preview --json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ key: '1', result: { payload: { name: 'Kestrel Nursery' } } }]);
});

test('a file that cannot be read is asked for again', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const cwd = ownFolder();
  writeFileSync(join(cwd, 'empty.csv'), '');
  const ask = person('worksheet', 'empty.csv', '', 'acme', '');
  const { cli, printed } = commandContext(it);
  expect(await init(cli, { dir: cwd, yes: false, force: false, sandbox: undefined, ask })).toBe(0);
  expect(printed()).toContain('fill in source: in rolodesk.yaml');
});

test('whoever just wants to try gets a configuration for the sandbox', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const cwd = ownFolder();
  const { cli, printed } = commandContext(it);
  expect(await init(cli, { dir: cwd, yes: false, force: false, sandbox: undefined, ask: person('try') })).toBe(0);
  expect(read(cwd, 'rolodesk.yaml')).toContain('http://127.0.0.1:4010');
  expect(printed()).toContain('rolodesk sandbox, in another terminal');
});

/** On a terminal without a width, every letter stands in a line of its own. */
const spelled = (word: string): RegExp => new RegExp([...word].join('\\s*'));

test.runIf(hasTerminal)('on a terminal it asks, and Ctrl-C leaves nothing behind', async () => {
  const cwd = ownFolder();
  const typed = async (...keys: readonly string[]) => {
    const terminal = startOnTerminal(['init', '--source', 'json'], { cwd, script: source });
    for (const [index, question] of ['subdomain', 'identifier', 'secret'].slice(0, keys.length).entries()) {
      await terminal.shows(spelled(question));
      terminal.type(keys[index] ?? '');
    }
    return await terminal.ended;
  };
  expect(await typed('acme\r', '\u0003')).toMatchObject({ code: 130 });
  expect(existsSync(join(cwd, 'rolodesk.yaml'))).toBe(false);
  const { code, text } = await typed('acme\r', 'client\r', 's3cret\r');
  expect(code).toBe(0);
  expect(text).not.toMatch(spelled('s3cret'));
  expect(read(cwd, '.env')).toBe('ZENDESK_CLIENT_ID=client\nZENDESK_CLIENT_SECRET=s3cret\n');
  expect(read(cwd, 'rolodesk.yaml')).toContain('subdomain: acme');
});

test('.env: the environment goes before it, and a warning says when others may read it', async () => {
  const cwd = ownFolder();
  await type(cwd, 'init --yes --source json');
  writeFileSync(
    join(cwd, '.env'),
    '# mine\nZENDESK_SUBDOMAIN=from-file\nZENDESK_CLIENT_ID="a b"\nZENDESK_CLIENT_SECRET=c\n',
  );
  chmodSync(join(cwd, '.env'), 0o644);
  const open = await type(cwd, 'connections --json');
  expect(open).toMatchObject({ code: 0, stderr: expect.stringContaining(`chmod 600 ${join(cwd, '.env')}`) });
  expect(JSON.parse(open.stdout).connections[1].account).toBe('from-file.zendesk.com');
  chmodSync(join(cwd, '.env'), 0o600);
  const closed = await type(cwd, 'connections --json', { ZENDESK_SUBDOMAIN: 'from-environment' });
  expect(closed.stderr).toBe('');
  expect(JSON.parse(closed.stdout).connections[1].account).toBe('from-environment.zendesk.com');
});

test('--source with the name of a worked example writes that', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (const { name } of workedExamples) {
    const dir = join(it.folder, name);
    const { cli, printed } = commandContext(it);
    expect(await init(cli, { dir, yes: true, force: false, sandbox: undefined, source: name })).toBe(0);
    const text = read(dir, 'rolodesk.yaml');
    const shown = readFileSync(join(import.meta.dirname, '../../examples', name, 'rolodesk.yaml'), 'utf8');
    expect(text.split('\n').slice(1)).toEqual(shown.split('\n').slice(1));
    const used = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, variable]) => `${variable}=`);
    expect(read(dir, '.env.example').split('\n')).toEqual(expect.arrayContaining(used));
    expect(printed()).not.toContain('fill in source:');
    expect(printed().includes('rolodesk connect source')).toBe(name === 'zoho-crm');
  }
});

test('each worked example has a twin in the tests, and each twin an example', () => {
  expect(workedExamples.map(({ name }) => name)).toEqual(vendors.map(({ name }) => name));
});
