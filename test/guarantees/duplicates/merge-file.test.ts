import { expect, test } from 'vitest';
import { readMergeFile } from '../../../src/app/operations/duplicates/merge-file.ts';

/** What people and spreadsheets make of the file. */

const origin = 'https://acme.zendesk.com';
const head = 'group,keep,merge,user,name,email,phone,organization,customer,created,why,version';
const row = (group: string, ticks: string, id: string, version = `v${id}`) =>
  `${group},${ticks},${origin}/agent/users/${id},"Jo, B.",${id}@example.com,'+1650,,,,same phone; other,${version}`;

const read = (text: string | Uint8Array, name = 'd.csv') =>
  readMergeFile({ name, bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text }, origin);

const one = {
  group: '1',
  keep: { id: '11', version: 'v11', email: '11@example.com' },
  merge: [{ id: '12', version: 'v12', email: '12@example.com' }],
};

test('what is ticked is chosen, and nothing else', () => {
  const file = [head, row('1', 'x,', '11'), row('1', ',x', '12'), row('1', ',', '13'), row('2', ',', '14')].join(
    '\r\n',
  );
  expect(read(file)).toEqual({ choices: [one], problems: [] });
});

const lines = [head, row('1', 'x,', '11'), row('1', ',x', '12')];
const utf16 = (text: string) => new Uint8Array([0xff, 0xfe, ...Buffer.from(text, 'utf16le')]);

test.each<[string, string | Uint8Array]>([
  [
    'semicolons',
    lines.map((line) => line.replace('; ', ' ').replaceAll(',', ';').replace('Jo; B.', 'Jo, B.')).join('\n'),
  ],
  ['tabs', lines.map((line) => line.replaceAll(',', '\t')).join('\n')],
  ['a byte order mark', `\ufeff${lines.join('\r\n')}`],
  ['the line sep=', `sep=,\r\n${lines.join('\r\n')}`],
  ['old Mac line ends', lines.join('\r')],
  ['empty rows', `${head}\n\n,,,,,,,,,,,\n${lines[1]}\n  \n${lines[2]}\n\n`],
  [
    'every cell in quotes',
    lines
      .map((line) => line.replaceAll(/[^,"]+/g, '"$&"').replaceAll('""', '"'))
      .join('\n')
      .replaceAll('"Jo","', '"Jo, ')
      .replaceAll('" B."', 'B."'),
  ],
  [
    'columns in another order and a new one',
    `version,user,merge,keep,group,note\nv11,${origin}/agent/users/11,,x,1,a\nv12,${origin}/agent/users/12,x,,1,b\n`,
  ],
  ['headings in capitals with spaces', lines.join('\n').replace('group,keep', 'Group, KEEP ')],
  ['ids without their address', lines.join('\n').replaceAll(`${origin}/agent/users/`, '')],
  [
    'the address that people see',
    lines.join('\n').replaceAll('agent/users/11', 'agent/users/11/requested_tickets?x=1'),
  ],
  ['TRUE and FALSE of check boxes', `${head}\n${row('1', 'TRUE,FALSE', '11')}\n${row('1', 'FALSE,TRUE', '12')}`],
  ['words', `${head}\n${row('1', 'Yes,no', '11')}\n${row('1', '0,1', '12')}`],
  ['a row that stands there twice', [...lines, lines[2]].join('\n')],
  ['UTF-16', utf16(lines.join('\r\n'))],
  ['the machine’s own encoding', new Uint8Array(Buffer.from(lines.join('\n').replace('Jo', 'Jö'), 'latin1'))],
])('%s change nothing', (_, file) => {
  const { choices, problems } = read(file);
  expect(problems).toEqual([]);
  expect(choices).toMatchObject([
    { group: '1', keep: { id: '11', version: 'v11' }, merge: [{ id: '12', version: 'v12' }] },
  ]);
});

test.each([
  [
    'two users to be kept',
    [row('9', 'x,', '21'), row('9', 'x,', '22'), row('9', ',x', '23')],
    'Several users are ticked to be kept (lines 2, 3)',
  ],
  ['nobody to be kept', [row('9', ',x', '21'), row('9', ',x', '22')], 'No user is ticked to be kept (lines 2, 3)'],
  ['a row that is ticked both ways', [row('9', 'x,x', '21'), row('9', ',x', '22')], 'Line 2: both keep and merge'],
  ['a user that is ticked both ways', [row('9', 'x,', '21'), row('9', ',x', '21')], 'User 21 is ticked both ways'],
  [
    'a rounded id',
    [row('9', 'x,', '21'), row('9', ',x', '22').replace(`${origin}/agent/users/22`, '3.61E+11')],
    'Line 3: the spreadsheet has rounded',
  ],
  [
    'a rounded id with a comma',
    [row('9', 'x,', '21'), row('9', ',x', '22').replace(`${origin}/agent/users/22`, '"3,61E+11"')],
    'Line 3: the spreadsheet has rounded',
  ],
  [
    'no user',
    [row('9', 'x,', '21'), row('9', ',x', '22').replace(`${origin}/agent/users/22`, 'Jo')],
    'Line 3: user holds no address',
  ],
  ['a version that was emptied', [row('9', 'x,', '21'), row('9', ',x', '22', '')], 'Line 3: version is empty'],
  [
    'a word that says neither yes nor no',
    [row('9', 'x,', '21'), row('9', ',maybe', '22')],
    'Line 3: merge holds "maybe"',
  ],
])('%s: that group is left out whole, and others are not', (_, rows, message) => {
  const { choices, problems } = read([head, ...rows, row('1', 'x,', '11'), row('1', ',x', '12')].join('\n'));
  expect(choices).toEqual([one]);
  expect(problems).toEqual([{ group: '9', message: expect.stringContaining(message) }]);
});

test('rows without a group are left out', () => {
  const { choices, problems } = read([head, row('', 'x,', '21'), row('', ',x', '22')].join('\n'));
  expect(choices).toEqual([]);
  expect(problems).toEqual([{ group: '', message: 'Lines 2, 3 have no group.' }]);
});

test('a user in two groups, as in a chain, leaves out both', () => {
  const rows = [row('8', ',x', '21'), row('8', 'x,', '22'), row('9', ',x', '22'), row('9', 'x,', '23')];
  const { choices, problems } = read([head, ...rows, row('1', 'x,', '11'), row('1', ',x', '12')].join('\n'));
  expect(choices).toEqual([one]);
  expect(problems).toMatchObject([
    { group: '8', message: expect.stringContaining('User 22 is ticked in more than one group') },
    { group: '9', message: expect.stringContaining('User 22') },
  ]);
});

test('a group with somebody to keep and nobody to merge needs nothing', () => {
  expect(read([head, row('1', 'x,', '11'), row('1', ',', '12')].join('\n'))).toEqual({ choices: [], problems: [] });
});

test.each<[string, string | Uint8Array, string]>([
  ['an empty file', '', 'has no column group, keep, merge, user, version'],
  ['another table', 'a,b\n1,2\n', 'has no column group'],
  ['a file without the versions', lines.join('\n').replace(',version', ''), 'has no column version'],
  ['a quote that is never closed', `${head}\n"1,x,,y\n`, 'never closed'],
  ['a workbook', new Uint8Array([0x50, 0x4b, 3, 4]), 'is a workbook'],
  ['users of another account', lines.join('\n').replaceAll('acme.', 'other.'), 'is one of other.zendesk.com'],
])('%s is refused as a whole', (_, file, message) => {
  expect(() => read(file)).toThrow(
    expect.objectContaining({ code: 'merge-file', message: expect.stringContaining(message) }),
  );
});
