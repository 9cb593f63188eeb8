import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { createCommandContext } from '../../../src/cli/command.ts';
import { duplicates } from '../../../src/cli/handlers/duplicates/duplicates.ts';
import { merge } from '../../../src/cli/handlers/duplicates/merge.ts';
import { commandContext } from '../../kit/environment/command-context.ts';
import { runCommand } from '../../kit/environment/run-command.ts';
import { customer } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

const phone = '+16505550142';
const ask = { dryRun: false, yes: true };

/** A file with one group of three: a customer's user, and two others. */
async function withFile() {
  const it = await startTestEnvironment({ customers: 0, users: 0 });
  it.box.quickbooks.company.upsert(customer(58, { PrimaryPhone: { FreeFormNumber: phone } }));
  await it.run();
  for (const name of ['B', 'C'])
    it.box.zendesk.users.create({ name, email: `${name}@example.com`, phone, skip_verify_email: true });
  const path = join(it.folder, 'duplicates.csv');
  await runCommand(it, {}, (cli) => duplicates(cli, { out: path }));
  /** Ticks of the rows, in their order: `k`, `m` or a blank. */
  const tick = (ticks: string): void => {
    const [head, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\r\n');
    const ticked = rows.map((row, at) => {
      const what = ticks[at] === 'k' ? '"x",""' : ticks[at] === 'm' ? '"","x"' : '"",""';
      return row.replace(/^"1","x?","x?"/, `"1",${what}`);
    });
    writeFileSync(path, [head, ...ticked].join('\r\n'));
  };
  return { it, path, tick };
}

const active = ({ box }: TestEnvironment) => [...box.zendesk.users.byId.values()].filter((user) => user.active).length;

test('what is ticked is merged, and the screen says so, and what to do for a customer with another user', async () => {
  const { it, path, tick } = await withFile();
  tick('mk ');
  const own = userOf(it.box, 58)?.id;
  const { code, stdout } = await runCommand(it, {}, (cli) => merge(cli, path, ask));
  expect(stdout).toContain('✔ 1 user merged');
  expect(stdout).toContain('1 customer has another user now. To write it at once:\n    rolodesk sync --keys 58');
  expect(code).toBe(0);
  expect(it.box.zendesk.users.byId.get(own ?? 0)).toMatchObject({ active: false });
  expect(active(it)).toBe(2);
});

test('a dry run shows the pairs, that there is no way back, and who has an external id', async () => {
  const { it, path, tick } = await withFile();
  tick('kmm');
  const { code, stdout } = await runCommand(it, {}, (cli) => merge(cli, path, { ...ask, dryRun: true }));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^2 users to merge\n {2}group 1: user \d+ into \d+\n/);
  expect(stdout).toContain('! Zendesk cannot undo a merge.');
  expect(stdout).toContain(
    'If people sign in by JWT or SAML, Zendesk refuses users with an external id:\n    2 of these',
  );
  expect(active(it)).toBe(3);
});

test('some that cannot be merged make exit 1, each with its reason; the others are merged', async () => {
  const { it, path, tick } = await withFile();
  tick('kmm');
  const [, , last] = [...it.box.zendesk.users.byId.values()];
  it.box.zendesk.edit(last?.id ?? 0, { name: 'Changed' });
  const { code, stdout } = await runCommand(it, {}, (cli) => merge(cli, path, ask));
  expect(stdout).toContain('! 1 user merged');
  expect(stdout).toContain(`– group 1: user ${last?.id}  changed-since\n      User ${last?.id} has changed`);
  expect(code).toBe(1);
});

test('JSON is one document with the outcome of each pair', async () => {
  const { it, path, tick } = await withFile();
  tick('kmm');
  const { code, stdout } = await runCommand(it, { json: true }, (cli) => merge(cli, path, ask));
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    outcome: 'completed',
    counts: { merged: 2, alreadyMerged: 0, skipped: 0, refused: 0 },
    results: [{ group: '1', outcome: 'merged', customer: '58' }, { outcome: 'merged' }],
    problems: [],
  });
});

test('ticks that contradict each other are said, merge nothing and make exit 1; without a tick there is nothing to do', async () => {
  const { it, path, tick } = await withFile();
  tick('kkm');
  const both = await runCommand(it, {}, (cli) => merge(cli, path, ask));
  expect(both.stdout).toContain('Several users are ticked to be kept (lines 2, 3)');
  expect(both.code).toBe(1);
  tick('   ');
  const none = await runCommand(it, {}, (cli) => merge(cli, path, ask));
  expect(none).toEqual({ code: 0, stdout: `Nothing to merge is ticked in ${path}.\n` });
  expect(active(it)).toBe(3);
});

test('nobody can be asked without a terminal, and a file that is not there is named: nothing is merged', async () => {
  const { it, path, tick } = await withFile();
  tick('kmm');
  const { cli } = commandContext(it);
  await expect(merge(cli, path, { dryRun: false, yes: false })).rejects.toMatchObject({ code: 'usage' });
  await expect(merge(cli, join(it.folder, 'none.csv'), ask)).rejects.toMatchObject({ code: 'usage', exitCode: 2 });
  expect(active(it)).toBe(3);
});

test('on a terminal no control character is shown as text, and lines fit', async () => {
  const { it, path, tick } = await withFile();
  tick('kkm');
  let shown = '';
  const stdout = Object.assign(
    new Writable({
      write(chunk, _, done) {
        shown += String(chunk);
        done();
      },
    }),
    { isTTY: true, columns: 80 },
  );
  const context = createCommandContext({ ...it.terminal, stdout }, { quiet: true });
  expect(await merge(context, path, ask)).toBe(1);
  expect(shown).not.toContain('\\u001b');
  expect(
    stripVTControlCharacters(shown)
      .split('\n')
      .filter((line) => line.length > 80),
  ).toEqual([]);
});
