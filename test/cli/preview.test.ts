import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { cut, wrapped } from '../../src/cli/format/text-layout.ts';
import { check } from '../../src/cli/handlers/check.ts';
import { preview } from '../../src/cli/handlers/preview.ts';
import { commandContext } from '../kit/environment/command-context.ts';
import { customer } from '../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';

test('record and user side by side in 80 columns; wide, joined and combining characters line up', async () => {
  const it = await startTestEnvironment({
    customers: 0,
    more: 'mapping:\n  notes: Notes\n  user_fields: { member_level: Title }\n',
  });
  const { company } = it.box.quickbooks;
  company.upsert(
    customer(1, {
      DisplayName: '株式会社サンプル 東京支店',
      Notes: 'Zoë e\u0301te\u0301 👩‍👩‍👧 한국어 \u001b[31mred',
      Title: 'Platinum',
      BillAddr: { Line1: 'a'.repeat(90), City: '札幌' },
    }),
  );
  company.upsert(customer(2, { IsProject: true }));
  company.upsert(customer(3, { Notes: 'Plain', Title: 'gold' }));
  const before = commandContext(it);
  await preview(before.cli, { limit: 3 });
  expect(before.printed()).toContain('Zendesk was not asked for its custom fields yet');
  expect(it.box.zendesk.requests().total).toBe(0);

  await check(commandContext(it).cli);
  it.box.zendesk.resetRequests();
  const { cli, printed } = commandContext(it);
  expect(await preview(cli, { limit: 3 })).toBe(0);
  expect(it.box.zendesk.requests().total).toBe(0);
  const lines = printed().split('\n');
  expect(lines.filter((line) => stringWidth(line) > 80)).toEqual([]);
  const halves = lines.filter((line) => line.includes(' │')).map((line) => stringWidth(line.split(' │')[0] ?? ''));
  expect(new Set(halves)).toEqual(new Set([38]));
  const text = printed();
  expect(text).not.toContain('\u001b');
  expect(text).toMatch(/DisplayName .*株式会社サンプル/);
  expect(text).toContain('rejected invalid-field');
  expect(text).toContain('(rolodesk.yaml:22)');
  expect(text).toMatch(/│ Found: user_fields\.member_level is\n.*│ "Platinum"/);
  expect(text).toContain('│ skipped project');
  expect(text).toMatch(/│ user_fields\.member_level\n.*│ {3}gold\n/);
});

const worksheet = (more = '') => `source:\n  connector: worksheet\n  path: customers.csv\n  key: Id\n${more}`;

test('what a source warns of is shown below the records, and with --json on standard error', async () => {
  const it = await startTestEnvironment({ customers: 0, source: worksheet(), more: 'mapping:\n  name: Name\n' });
  writeFileSync(join(it.folder, 'customers.csv'), Buffer.from('Id,Name\n1,Jos\xe9 Mu\xf1oz\n', 'latin1'));
  const text = commandContext(it);
  expect(await preview(text.cli, { limit: 3 })).toBe(0);
  expect(text.printed()).toMatch(/Name .*José Muñoz/);
  expect(text.printed()).toMatch(/^! customers\.csv is not UTF-8 and was read as windows-1252, a guess/m);
  const json = commandContext(it, { json: true });
  let reported = '';
  const stderr = new Writable({
    write(chunk, _, done) {
      reported += String(chunk);
      done();
    },
  });
  await preview({ ...json.cli, terminal: { ...json.cli.terminal, stderr } }, { limit: 3 });
  expect(JSON.parse(json.printed())).toHaveLength(1);
  expect(reported).toContain('is not UTF-8');
});

test('keys that differ only in the case of letters are a conflict, in preview as in a plan and a sync', async () => {
  const it = await startTestEnvironment({ customers: 0, source: worksheet(), more: 'mapping:\n  name: Name\n' });
  writeFileSync(join(it.folder, 'customers.csv'), 'Id,Name\nab1,Ada\nAB1,Bea\nC2,Cid\n');
  const rejected = { code: 'external-id-conflict', message: expect.stringMatching(/^Customer ab1 .* case of letters/) };
  const kindsOf = async (): Promise<unknown> => {
    const { cli, printed } = commandContext(it, { json: true });
    await preview(cli, { limit: 3 });
    return JSON.parse(printed()).map(({ result: { kind, code, message } }: { result: Record<string, unknown> }) =>
      kind === 'reject' ? { code, message } : kind,
    );
  };
  expect(await kindsOf()).toEqual(['payload', rejected, 'payload']);
  expect(await it.run()).toMatchObject({
    tallies: { created: 2, rejected: 1 },
    rejects: [{ key: 'AB1', ...rejected }],
  });
  // The one that is linked keeps its user, wherever it stands.
  writeFileSync(join(it.folder, 'customers.csv'), 'Id,Name\nAB1,Bea\nab1,Ada\n');
  expect(await kindsOf()).toEqual([rejected, 'payload']);
});

test('a source without records is said to be one', async () => {
  const it = await startTestEnvironment({ customers: 0, source: worksheet(), more: 'mapping:\n  name: Name\n' });
  writeFileSync(join(it.folder, 'customers.csv'), 'Id,Name\n');
  const { cli, printed } = commandContext(it);
  expect(await preview(cli, { limit: 3 })).toBe(0);
  expect(printed()).toContain('The source gave no records.');
});

test('check shows the warnings of what it has sampled', async () => {
  const it = await startTestEnvironment({ customers: 0, source: worksheet(), more: 'mapping:\n  name: Name\n' });
  writeFileSync(join(it.folder, 'customers.csv'), Buffer.from('Id,Name\n1,Jos\xe9 Mu\xf1oz\n', 'latin1'));
  const { cli, printed } = commandContext(it, { json: true });
  await check(cli);
  expect(JSON.parse(printed()).warnings).toMatchObject([{ code: 'source-encoding' }]);
});

test('a wider terminal is used', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  it.box.quickbooks.company.upsert(customer(1, { Notes: 'n'.repeat(50) }));
  const { cli, printed } = commandContext(it);
  Object.assign(cli.terminal.stdout, { columns: 160 });
  await preview(cli, { limit: 1, all: true });
  expect(printed()).toContain('n'.repeat(50));
});

test.each([
  ['東京都', 5, '東京…'],
  ['東京都', 6, '東京都'],
  ['e\u0301e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301…'],
  ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
  ['a\nb', 5, 'a b'],
])('%j cut to %d columns is %j', (text, width, expected) => {
  expect(cut(text, width)).toBe(expected);
});

test('lines break at spaces, at new lines, and inside a word only where it is too long', () => {
  expect(wrapped('one two three\nfour', 8)).toEqual(['one two', 'three', 'four']);
  expect(wrapped('東京都港区 x', 4)).toEqual(['東京', '都港', '区 x']);
});

test('of a record it shows what the mapping reads, and everything with --all', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'mapping: { notes: Notes }\n' });
  it.box.quickbooks.company.upsert(customer(1, { Notes: 'Calls on Mondays', PreferredDeliveryMethod: 'Email' }));
  const shown = async (all: boolean): Promise<string> => {
    const { cli, printed } = commandContext(it);
    await preview(cli, { limit: 1, all });
    return printed();
  };
  const [read, everything] = [await shown(false), await shown(true)];
  for (const name of ['DisplayName', 'PrimaryEmailAddr', 'Notes']) expect(read).toContain(name);
  expect(read).not.toContain('PreferredDeliveryMethod');
  expect(read).toContain('--all shows every field');
  expect(everything).toContain('PreferredDeliveryMethod');
});
