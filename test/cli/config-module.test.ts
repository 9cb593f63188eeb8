import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { customer } from '../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../kit/environment/test-environment.ts';

/** The test’s configuration as a module, with this text as its other keys. */
function asModule(
  { folder, box }: TestEnvironment,
  more: string,
  change: (config: object) => object = (config) => config,
): void {
  const yaml = join(folder, 'rolodesk.yaml');
  const config = change(parse(box.configText()));
  renameSync(yaml, `${yaml}.old`);
  writeModule(folder, config, more);
}

function writeModule(folder: string, config: object, more: string): void {
  writeFileSync(join(folder, 'rolodesk.config.ts'), `export default { ...${JSON.stringify(config)},\n${more} };\n`);
}

test('a function has the last word; what it throws or returns wrongly sets that customer aside; its text is in the fingerprint', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const mapper = (notes: string) => `
    mapping: { details: 'BillAddr.City' },
    mapper(record: { key: string; data: { DisplayName: string } }, mapped: { tags: string[] }) {
      if (record.key === '2') throw new TypeError('odd: ' + record.data.DisplayName);
      if (record.key === '3') return { skip: 'not-wanted' };
      if (record.key === '4') return { ...mapped, nickname: 'x' };
      if (record.key === '5') return undefined;
      if (record.key === '6') return Promise.reject(new Error('late'));
      if (record.key === '7') return { ...mapped, user_fields: { member_level: 'Tin' } };
      record.data.DisplayName = 'not kept';
      return { ...mapped, notes: '${notes}', email: ' C1@Example.com', phone: '(650) 555-4000', tags: [...mapped.tags, 'By Code'],
        user_fields: { member_level: 'Gold' } };
    },`;
  asModule(it, mapper('one'));
  for (let id = 1; id <= 7; id += 1) it.box.quickbooks.company.upsert(customer(id, { BillAddr: { City: 'Tucson' } }));
  const report = await it.run();
  expect(report).toMatchObject({ tallies: { created: 1, skipped: 1, rejected: 5 }, skips: { 'not-wanted': 1 } });
  expect(userOf(it.box, 1)).toMatchObject({
    name: 'Customer 1',
    details: 'Tucson',
    notes: 'one',
    email: 'c1@example.com',
    phone: '+16505554000',
    tags: ['by_code', 'gold', 'quickbooks'],
  });
  expect(report.rejects.map(({ key, code, message }) => [key, code, message])).toEqual([
    ['2', 'mapper-failed', 'mapper (rolodesk.config.ts): the function threw TypeError.'],
    ['4', 'mapper-failed', expect.stringContaining('neither a user nor')],
    ['5', 'mapper-failed', expect.stringContaining('it returned nothing')],
    ['6', 'mapper-failed', expect.stringContaining('must not be async')],
    [
      '7',
      'invalid-field',
      expect.stringMatching(/^user_fields\.member_level \(mapper in rolodesk\.config\.ts\): not one of/),
    ],
  ]);
  expect(JSON.stringify(report) + it.logged()).not.toContain('odd: ');
  expect((await it.run()).warnings).toEqual([]);

  writeModule(it.folder, parse(it.box.configText()), mapper('two'));
  expect(await it.run()).toMatchObject({
    tallies: { read: 7, updated: 1 },
    warnings: [{ code: 'configuration-changed' }],
  });
  expect(userOf(it.box, 1)).toMatchObject({ notes: 'two' });
});

test('${NAME} works in its texts; a missing one is named, and what is wrong is reported by its path', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  asModule(it, '', (config) => ({
    ...config,
    name: '${PIPELINE_NAME}',
    policies: { inactiv: 'tag' },
    mapping: { notes: 'No.Such' },
  }));
  await expect(it.pipeline()).rejects.toThrow(
    /rolodesk\.config\.ts name: the environment variable PIPELINE_NAME is not set/,
  );
  await expect(it.pipeline()).rejects.toThrow(/policies\.inactiv: unknown key, did you mean "inactive"\?/);
});

test.each([
  ['export const config = {};', /no configuration as its default export/],
  ['export default 42;', /no configuration as its default export/],
  ['throw new Error("at the top");', /can't be loaded: at the top/],
])('%s is no configuration', async (text, message) => {
  const it = await startTestEnvironment({ customers: 0 });
  asModule(it, '');
  writeFileSync(join(it.folder, 'rolodesk.config.ts'), text);
  await expect(it.pipeline()).rejects.toThrow(message);
});

test('an async function is refused at once', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  asModule(it, 'async mapper() { return {} },');
  await expect(it.pipeline()).rejects.toThrow(/must not be async/);
});

test('two configurations in one folder: neither is guessed', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  writeFileSync(join(it.folder, 'rolodesk.config.ts'), 'export default {};');
  await expect(it.pipeline()).rejects.toMatchObject({ code: 'two-configs', exitCode: 2 });
  expect(readFileSync(join(it.folder, 'rolodesk.yaml'), 'utf8')).toContain('connector: quickbooks');
});
