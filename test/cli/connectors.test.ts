import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createStateBackends } from '../../src/app/state/backends.ts';
import { createCommandContext } from '../../src/cli/command.ts';
import { list } from '../../src/cli/handlers/connectors/list.ts';
import { runTests } from '../../src/cli/handlers/connectors/run-tests.ts';
import { scaffold } from '../../src/cli/handlers/connectors/scaffold.ts';
import { serveTwin } from '../../src/cli/handlers/connectors/serve-twin.ts';
import { sources } from '../../src/connectors/registry.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';
import { ownFolder } from '../kit/folder.ts';

/** What a user sees who gives commands in `cwd`. */
function stageIn(cwd: string, json = false) {
  let printed = '';
  const stdout = new Writable({
    write(chunk, _, done) {
      printed += String(chunk);
      done();
    },
  });
  const { signal } = new AbortController();
  const terminal = {
    env: {},
    cwd,
    stdin: process.stdin,
    stdout,
    stderr: stdout,
    redactor: createRedactor([]),
    states: createStateBackends(),
    signal,
  };
  return { cli: createCommandContext(terminal, { json, color: false }), printed: () => printed };
}

test('the list names every connector, what it reads, and whether users must map its records', async () => {
  const { cli, printed } = stageIn('.');
  expect(await list(cli)).toBe(0);
  expect(printed()).toMatch(/quickbooks +customers +built in +QuickBooks Online/);
  expect(printed()).toMatch(/json +rows +yours, under mapping: +JSON files/);
  const asJson = stageIn('.', true);
  await list(asJson.cli);
  const reported = JSON.parse(asJson.printed());
  expect(reported.sources.map(({ name }: { readonly name: string }) => name)).toEqual(sources.map(({ name }) => name));
  expect(reported.sources[0]).toMatchObject({
    name: 'quickbooks',
    reads: 'customers',
    mapping: 'built in',
    limits: { perMinute: 500 },
  });
  expect(reported.destinations).toMatchObject([{ name: 'zendesk', title: 'Zendesk' }]);
});

test('a name of two words is written as names, titles and variables are', async () => {
  const cwd = ownFolder();
  const { cli, printed } = stageIn(cwd, true);
  expect(await scaffold(cli, { name: 'north-star', dir: 'new' })).toBe(0);
  const written = JSON.parse(printed()).written;
  expect(readdirSync(join(cwd, 'new')).sort()).toEqual([...written].sort());
  const textOf = (file: string): string => readFileSync(join(cwd, 'new', file), 'utf8');
  expect(textOf('north-star.ts')).toContain(
    "export const northStar = defineConnector({\n  specVersion: 1,\n  name: 'north-star',\n  title: 'North Star',",
  );
  expect(textOf('north-star.test.ts')).toContain("import { northStar } from './north-star.ts';");
  expect(textOf('north-star.test.ts')).toContain('mapperOf(northStar), record: northStar.record');
  expect(textOf('rolodesk.yaml')).toContain('connector: ./north-star.ts');
  expect(textOf('rolodesk.yaml')).toContain('${NORTH_STAR_TOKEN}');
  for (const file of written) expect(textOf(file)).not.toMatch(/acme/i);
});

test('nothing is written over: what is a configuration of its own stays, and a connector of that name is refused', async () => {
  const cwd = ownFolder();
  writeFileSync(join(cwd, 'rolodesk.yaml'), 'name: mine\n');
  const { cli, printed } = stageIn(cwd);
  await scaffold(cli, { name: 'acme', dir: '.' });
  expect(printed()).toContain('Left as they were: rolodesk.yaml');
  expect(readFileSync(join(cwd, 'rolodesk.yaml'), 'utf8')).toBe('name: mine\n');

  writeFileSync(join(cwd, 'acme.ts'), '// mine\n');
  await expect(scaffold(cli, { name: 'acme', dir: '.' })).rejects.toMatchObject({
    code: 'exists',
    exitCode: 2,
    message: `${cwd} already has acme.ts, acme.twin.ts, acme.test.ts.`,
  });
  expect(readFileSync(join(cwd, 'acme.ts'), 'utf8')).toBe('// mine\n');
});

test.each([
  ['', /has no name/],
  ['Acme', /can't be named "Acme"/],
  ['../acme', /can't be named/],
  ['acme-', /can't be named/],
  ['quickbooks', /has a connector quickbooks already/],
])('a connector cannot be named "%s"', async (name, message) => {
  const cwd = ownFolder();
  await expect(scaffold(stageIn(cwd).cli, { name, dir: '.' })).rejects.toThrow(message);
  expect(readdirSync(cwd)).toEqual([]);
});

test('tests that fail, pass and are skipped are reported as what they are; tests of what is installed are not run', async () => {
  const cwd = ownFolder();
  mkdirSync(join(cwd, 'node_modules/other'), { recursive: true });
  writeFileSync(join(cwd, 'node_modules/other/other.test.js'), "throw new Error('not ours');");
  const text = `
    import { strictEqual } from 'node:assert';
    import { test } from 'node:test';
    import { defineConnector } from 'rolodesk/connector';
    test('good', () => strictEqual(typeof defineConnector, 'function'));
    test.skip('later', () => {});
    test('bad', () => { throw new Error('as it should'); });`;
  writeFileSync(join(cwd, 'some.test.ts'), text);
  const { cli, printed } = stageIn(cwd, true);
  expect(await runTests(cli, [])).toBe(1);
  expect(JSON.parse(printed())).toEqual({
    schemaVersion: 1,
    passed: 1,
    skipped: ['later'],
    failed: [{ name: 'bad', message: 'as it should' }],
  });
});

test('a folder without a test or a twin gets to know so, with what makes one', async () => {
  const { cli } = stageIn(ownFolder());
  await expect(runTests(cli, [])).rejects.toMatchObject({ code: 'no-tests', exitCode: 2 });
  const served = serveTwin(cli, { port: 0, pages: 1 });
  await expect(served).rejects.toThrow(/There is no twin in/);
});
