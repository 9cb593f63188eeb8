import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/cli/command.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';
import { type Answer, serveScript } from '../../kit/twins/scripted-server.ts';

/** An empty answer is not "everybody left". */

const rows = [1, 2, 3].map((id) => ({ id, name: `N ${id}`, email: `n${id}@example.com` }));
const mapping = 'mapping: { name: name, email: email }\n';

interface Place {
  readonly it: TestEnvironment;
  full(): void;
  empty(): void;
}

const places = {
  async 'a JSON file with an empty list'() {
    const it = await startTestEnvironment({
      customers: 0,
      source: `source: { connector: json, path: a.json }\n${mapping}`,
    });
    const put = (content: unknown) => writeFileSync(join(it.folder, 'a.json'), JSON.stringify(content));
    return { it, full: () => put(rows), empty: () => put([]) };
  },
  async 'a file of lines without a line'() {
    const it = await startTestEnvironment({
      customers: 0,
      source: `source: { connector: json, path: a.ndjson }\n${mapping}`,
    });
    const put = (content: string) => writeFileSync(join(it.folder, 'a.ndjson'), content);
    return { it, full: () => put(rows.map((row) => JSON.stringify(row)).join('\n')), empty: () => put('') };
  },
  async 'a sheet of headings'() {
    const it = await startTestEnvironment({
      customers: 0,
      source: `source: { connector: worksheet, path: a.csv, key: id }\n${mapping}`,
    });
    const put = (...lines: readonly string[]) =>
      writeFileSync(join(it.folder, 'a.csv'), ['id,name,email', ...lines].join('\n'));
    return { it, full: () => put(...rows.map((row) => Object.values(row).join())), empty: () => put() };
  },
  async 'an API with an empty list'() {
    let answer: Answer = {};
    const { origin } = await serveScript(() => answer);
    const source = `source: { connector: http, baseUrl: ${origin}, request: { path: /members }, complete: true }\n`;
    const it = await startTestEnvironment({ customers: 0, source: source + mapping });
    return {
      it,
      full: () => {
        answer = { body: rows };
      },
      empty: () => {
        answer = { body: [] };
      },
    };
  },
  async 'a QuickBooks company without customers'() {
    const it = await startTestEnvironment({ customers: 0 });
    const { company } = it.box.quickbooks;
    return {
      it,
      full: () => {
        for (const { id } of rows) company.upsert(customer(id));
      },
      empty: () => {
        for (const { id } of rows) company.remove(String(id));
      },
    };
  },
} satisfies Readonly<Record<string, () => Promise<Place>>>;

const inactive = ({ box }: TestEnvironment) =>
  usersOf(box).filter(({ tags }) => tags?.some((tag) => tag.endsWith('-inactive'))).length;

test.each(Object.entries(places))('%s deactivates nobody until it is allowed', async (_, placeOf) => {
  const { it, full, empty } = await placeOf();
  full();
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 3 } });
  empty();
  const held = await it.run({ full: true });
  expect(held).toMatchObject({ outcome: 'held', tallies: { updated: 0, skipped: 3 }, skips: { 'source-empty': 3 } });
  expect(exitCodeOf(held)).toBe(1);
  // Three are fewer than are always allowed: what is held stays so, however often it is asked for.
  await it.run({ full: true });
  expect(inactive(it)).toBe(0);
  full();
  expect(await it.run({ full: true })).toMatchObject({ outcome: 'completed', tallies: { unchanged: 3, skipped: 0 } });
  empty();
  expect(await it.run({ full: true, allowDeactivations: 3 })).toMatchObject({
    outcome: 'completed',
    tallies: { updated: 3 },
  });
  expect(inactive(it)).toBe(3);
});

test('where some are left, those who are gone are deactivated as ever', async () => {
  const { it, full } = await places['a JSON file with an empty list']();
  full();
  await it.run();
  writeFileSync(join(it.folder, 'a.json'), JSON.stringify(rows.slice(0, 1)));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: 2, unchanged: 1 } });
});

test('what an empty source held is let pass by a read of changes that is allowed to, and by no other', async () => {
  let body: unknown = rows;
  const { origin } = await serveScript(() => ({ body }));
  const keys = 'request: { path: /members }, complete: true, incremental: { param: since }';
  const it = await startTestEnvironment({
    customers: 0,
    source: `source: { connector: http, baseUrl: ${origin}, ${keys} }\n${mapping}`,
  });
  await it.run();
  body = [];
  expect(await it.run({ full: true })).toMatchObject({ outcome: 'held', skips: { 'source-empty': 3 } });
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { read: 0 } });
  expect(inactive(it)).toBe(0);
  expect(await it.run({ allowDeactivations: 3 })).toMatchObject({ outcome: 'completed', tallies: { updated: 3 } });
});

test('a key field that was renamed ends the run, and nobody counts as gone', async () => {
  const { it, full } = await places['a JSON file with an empty list']();
  full();
  await it.run();
  writeFileSync(join(it.folder, 'a.json'), JSON.stringify(rows.map(({ id, ...row }) => ({ Id: id, ...row }))));
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'failed', error: { code: 'rows-without-key', exitCode: 5 } });
  expect(inactive(it)).toBe(0);
});

test('an empty JSON file ends the run, and nobody counts as gone', async () => {
  const { it, full } = await places['a JSON file with an empty list']();
  full();
  await it.run();
  writeFileSync(join(it.folder, 'a.json'), '');
  expect(await it.run()).toMatchObject({ outcome: 'failed', error: { code: 'source-file', exitCode: 5 } });
  expect(inactive(it)).toBe(0);
});
