import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { workbook } from '../../kit/workbook.ts';
import { covered, csv, sheet, sheetOf } from './open.ts';

test('numbers that a spreadsheet keeps as floats are whole ids, and texts stay texts', async () => {
  const { read } = sheetOf(sheet(['Id', 'Zip'], [1001, '02134'], [{ xml: '<c><v>1002.0</v></c>' }, 2134]));
  expect(await read()).toMatchObject([
    { key: '1001', data: { Id: 1001, Zip: '02134' } },
    { key: '1002', data: { Zip: 2134 } },
  ]);
});

test('dates are what their format shows: a day, a day and time; a number without such a format stays one', async () => {
  const date = (value: number, style: number) => ({ xml: `<c s="${style}"><v>${value}</v></c>` });
  // 45,292 days after 1899-12-30 is 2024-01-01.
  const rows = [
    ['Id', 'Since', 'At', 'Count'],
    [1, date(45_292, 1), date(45_292.5, 2), date(45_292, 0)],
  ] as const;
  expect(await sheetOf(workbook([{ name: 'S', rows }])).data()).toEqual([
    { Id: 1, Since: '2024-01-01', At: '2024-01-01T12:00:00', Count: 45_292 },
  ]);
  const old = workbook(
    [
      {
        name: 'S',
        rows: [
          ['Id', 'Since'],
          [1, date(43_830, 1)],
        ],
      },
    ],
    { date1904: true },
  );
  expect(await sheetOf(old).data()).toEqual([{ Id: 1, Since: '2024-01-01' }]);
});

test('a formula is its result, an error of one is nothing, a truth is a truth, rich text is its text', async () => {
  const cells = [
    { xml: '<c t="str"><f>A2&amp;"x"</f><v>1x</v></c>' },
    { xml: '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>' },
    { xml: '<c t="b"><v>1</v></c>' },
    { xml: '<c t="inlineStr"><is><r><t>bold</t></r><r><t> and not</t></r></is></c>' },
  ];
  expect(await sheetOf(sheet(['Id', 'F', 'E', 'B', 'R'], [1, ...cells])).data()).toEqual([
    { Id: 1, F: '1x', B: true, R: 'bold and not' },
  ]);
});

test('columns go by heading, by heading as a plain name, by letter, or by the name that the configuration gives', async () => {
  const content = sheet(['Id', 'Membership Level', covered], [1, 'Gold', 'note']);
  const { data } = sheetOf(content, { columns: { level: 'membership level', third: { column: 'C' } } });
  expect(await data()).toEqual([
    {
      Id: 1,
      'Membership Level': 'Gold',
      membership_level: 'Gold',
      level: 'Gold',
      'Membership Level 2': 'note',
      membership_level_2: 'note',
      third: 'note',
    },
  ]);
  expect(await sheetOf(sheet([1, 'Ann']), { headerRow: 0, key: { column: 'A' } }).read()).toMatchObject([
    { key: '1', data: { A: 1, B: 'Ann' } },
  ]);
});

test('headings merged across take a number, headings merged downwards are found above', async () => {
  const content = sheet(['Id', 'Phone', undefined], [undefined, 'Home', 'Work'], [1, 'a', 'b']);
  expect(await sheetOf(content, { headerRow: 2 }).data()).toEqual([{ Id: 1, Home: 'a', Work: 'b' }]);
  expect(await sheetOf(sheet(['Id', 'Phone', covered], [1, 'a', 'b'], [2, 'c', 'd', 'e'])).data()).toEqual([
    { Id: 1, Phone: 'a', 'Phone 2': 'b', phone_2: 'b' },
    { Id: 2, Phone: 'c', 'Phone 2': 'd', phone_2: 'd', D: 'e' },
  ]);
});

test('empty rows are nothing; hidden ones are read and reported, or skipped when asked', async () => {
  const rows = [['Id'], [1], [], [2], [3]];
  const content = workbook([{ name: 'S', rows, hidden: [4] }]);
  const all = sheetOf(content);
  expect((await all.read()).map(({ key }) => key)).toEqual(['1', '2', '3']);
  expect(all.warnings).toEqual(['Hidden rows were read like the others (source.hiddenRows): 1.']);
  const some = sheetOf(content, { hiddenRows: 'skip' });
  expect((await some.read()).map(({ key }) => key)).toEqual(['1', '3']);
  expect((await some.pages()).at(-1)?.whole).toBeUndefined();
});

test('a row without a key is reported by its number, and then nobody counts as gone', async () => {
  const { pages, warnings } = sheetOf(sheet(['Id', 'Name'], [1, 'a'], [undefined, 'b']));
  const read = await pages();
  expect(read.flatMap(({ records }) => records)).toHaveLength(1);
  expect(read.at(-1)?.whole).toBeUndefined();
  expect(warnings).toEqual(['Rows without a key were left out: 3.']);
  expect((await sheetOf(sheet(['Id'], [1])).pages()).at(-1)?.whole).toBe(true);
});

test('a sheet by name or number; one that is not there is reported with those that are', async () => {
  const content = workbook([
    { name: 'Cover', rows: [['Title']] },
    { name: 'People', rows: [['Id'], [7]] },
  ]);
  expect(await sheetOf(content, { sheet: 'people' }).read()).toMatchObject([{ key: '7' }]);
  expect(await sheetOf(content, { sheet: 2 }).read()).toMatchObject([{ key: '7' }]);
  await expect(sheetOf(content, { sheet: 'Persons' }).read()).rejects.toThrow(
    /no sheet Persons\. Its sheets: Cover, People/,
  );
  await expect(sheetOf(content).read()).rejects.toThrow(/no column "Id" \(source\.key\)\. Its headings: Title/);
});

test('parents and inactive customers', async () => {
  const { read } = sheetOf(sheet(['Id', 'Parent', 'State'], [1, undefined, 'open'], [2, 1, 'closed']), {
    parent: 'Parent',
    inactive: { column: 'State', is: 'closed' },
  });
  expect(await read()).toMatchObject([
    { key: '1', state: 'active' },
    { key: '2', state: 'inactive', after: '1' },
  ]);
});

test('standard input, also of a workbook', async () => {
  expect(await sheetOf(sheet(['Id'], [1]), { path: '-' }).read()).toMatchObject([{ key: '1' }]);
  expect(await csv('Id\n1\n', { path: '-' }).read()).toMatchObject([{ key: '1' }]);
});

test.each([
  ['a file that is not there', { path: 'none.xlsx' }, /can't be read/],
  ['a file that is no workbook', {}, /customers\.xlsx is not an \.xlsx file/],
])('%s', async (_, config, message) => {
  await expect(sheetOf('not a zip', config).read()).rejects.toThrow(message);
});

test('check tells the columns; discover the fields', async () => {
  const { source, context } = sheetOf(sheet(['Id', 'Level'], [1, 'Gold']));
  expect(await source.check(context)).toMatchObject({ lines: [{ detail: 'Id, Level' }, { ok: true }] });
  expect(await source.discover?.(context)).toMatchObject([
    { fields: [{ path: 'Id', type: 'number' }, { path: 'Level' }] },
  ]);
});

test('the worksheet of 2,500 customers: columns C, D and F, membership levels, float ids, missing names', async () => {
  const rows = Array.from({ length: 2500 }, (_, index) => [
    1001 + index,
    undefined,
    index % 100 === 99 ? undefined : `Customer ${index}`,
    `customer${index}@example.com`,
    'x',
    ['Gold', 'Silver', undefined][index % 3],
  ]);
  const it = await startTestEnvironment({
    source: `source:\n  connector: worksheet\n  path: members.xlsx\n  account: club\n  key: Customer Id`,
    more: `mapping:
  name: Name
  email: Email
  user_fields:
    member_level: { from: Membership Level, lookup: { Gold: gold, Silver: silver }, default: bronze }
`,
  });
  const headers = ['Customer Id', 'Region', 'Name', 'Email', 'Notes', 'Membership Level'];
  writeFileSync(join(it.folder, 'members.xlsx'), workbook([{ name: 'Members', rows: [headers, ...rows] }]));
  const report = await it.run();
  expect(report).toMatchObject({ tallies: { read: 2500, created: 2475, skipped: 25 }, skips: { 'no-name': 25 } });
  // Jobs overtake each other: users are not created in the order of the rows.
  const userOf = (key: number) => usersOf(it.box).find((user) => user.external_id === `worksheet:club:${key}`);
  expect([1001, 1002, 1003].map(userOf)).toMatchObject([
    { name: 'Customer 0', user_fields: { member_level: 'gold' } },
    { email: 'customer1@example.com', user_fields: { member_level: 'silver' } },
    { user_fields: { member_level: 'bronze' } },
  ]);
  expect(await it.run()).toMatchObject({ tallies: { unchanged: 2475, created: 0, updated: 0 } });
});
