import { expect, test } from 'vitest';
import { csv } from './open.ts';

test.each([
  ['commas', 'Id,Name\n1,"Doe, Ann"\n'],
  ['semicolons', 'Id;Name\n1;Doe, Ann\n'],
  ['tabs', 'Id\tName\n1\tDoe, Ann\n'],
  ['bars', 'Id|Name\n1|Doe, Ann\n'],
  ['a byte order mark and CRLF', '\uFEFFId;Name\r\n1;Doe, Ann\r\n'],
])('text with %s', async (_, text) => {
  expect(await csv(text).data()).toEqual([{ Id: '1', Name: 'Doe, Ann' }]);
});

test('a line end inside quotes, a quote inside quotes, and an exported float id', async () => {
  const text = 'Id,Name\n1001.0,"Two\nlines, ""quoted"""\n';
  expect(await csv(text).read()).toMatchObject([{ key: '1001', data: { Name: 'Two\nlines, "quoted"' } }]);
});

test.each([
  ['UTF-8', Buffer.from('Id,Name\n1,Müller €\n', 'utf8')],
  [
    'Windows-1252',
    Buffer.concat([
      Buffer.from('Id,Name\n1,M'),
      Buffer.from([0xfc]),
      Buffer.from('ller '),
      Buffer.from([0x80]),
      Buffer.from('\n'),
    ]),
  ],
  ['UTF-16 little endian', Buffer.from('\uFEFFId,Name\n1,Müller €\n', 'utf16le')],
  ['UTF-16 big endian', Buffer.from('\uFEFFId,Name\n1,Müller €\n', 'utf16le').swap16()],
])('%s, found out by itself', async (_, bytes) => {
  expect(await csv(bytes).data()).toEqual([{ Id: '1', Name: 'Müller €' }]);
});

const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

/** Bytes by the tables of https://encoding.spec.whatwg.org */
const encoded: readonly (readonly [string, Buffer, string])[] = [
  ['shift_jis', bytes([0x8e, 0x52, 0x93, 0x63, 0x91, 0xbe, 0x98, 0x59]), '山田太郎'],
  ['gb18030', bytes([0xcd, 0xf5, 0xd0, 0xa1, 0xc3, 0xf7]), '王小明'],
  ['big5', bytes([0xaa, 0x4c, 0xa4, 0x70, 0xa9, 0xfa]), '林小明'],
  ['euc-kr', bytes([0xb1, 0xe8, 0xc3, 0xb6, 0xbc, 0xf6]), '김철수'],
  ['windows-1250', bytes([0xa3], 'ukasz ', [0xaf, 0xf3, 0xb3, 0xe6]), 'Łukasz Żółć'],
  ['windows-1251', bytes([0xc8, 0xe2, 0xe0, 0xed, 0x20, 0xcf, 0xe5, 0xf2, 0xf0, 0xee, 0xe2]), 'Иван Петров'],
  ['windows-1252', bytes('Jos', [0xe9], ' Mu', [0xf1], 'oz'), 'José Muñoz'],
  ['macintosh', bytes('J', [0x9f], 'rgen Gro', [0xa7]), 'Jürgen Groß'],
];

test.each(encoded)('%s is guessed, and reported as a guess', async (encoding, name, text) => {
  const { data, warnings } = csv(bytes('Id,Name\r\n1,', [...name], '\r\n'));
  expect(await data()).toEqual([{ Id: '1', Name: text }]);
  expect(warnings).toEqual([expect.stringContaining(`is not UTF-8 and was read as ${encoding}, a guess.`)]);
});

test.each(encoded)('%s is read without a word where it is declared', async (encoding, name, text) => {
  const { data, warnings } = csv(bytes('Id,Name\n1,', [...name], '\n'), { encoding });
  expect(await data()).toEqual([{ Id: '1', Name: text }]);
  expect(warnings).toEqual([]);
});

test.each(['utf-16le', 'utf-16be'])('%s without a byte order mark is known by its NUL bytes', async (encoding) => {
  const text = Buffer.from('Id,Name\r\n1,Zoë 山田\r\n', 'utf16le');
  expect(await csv(encoding === 'utf-16le' ? text : text.swap16()).data()).toEqual([{ Id: '1', Name: 'Zoë 山田' }]);
});

test('an encoding that nobody knows is refused with the configuration', () => {
  expect(() => csv('Id\n', { encoding: 'utf-99' })).toThrow(/expected auto or the name of an encoding/);
});

test('a file that is UTF-8 except for one line is refused with that line, and nothing of it is written', async () => {
  const text = 'Id,Name\n1,Zoë\n2,José\n3,Müller\n';
  const { read } = csv(Buffer.concat([Buffer.from(text), bytes('4,M', [0xfc], 'ller\n')]));
  await expect(read()).rejects.toMatchObject({
    exitCode: 2,
    message: 'customers.csv is UTF-8, but its line 5 is not.',
  });
});

test('bytes that the declared encoding does not have', async () => {
  const { read } = csv(bytes('Id,Name\n1,M', [0xfc], 'ller\n'), { encoding: 'utf-8' });
  await expect(read()).rejects.toMatchObject({ exitCode: 2, message: 'customers.csv is not utf-8 text.' });
});

test.each([
  ['sep=;\r\nId;Name\r\n1;Doe, Ann\r\n', 'Doe, Ann'],
  ['sep=#\nId#Name\n1#Doe;Ann\n', 'Doe;Ann'],
])('a line that says the separator is no row', async (text, name) => {
  expect(await csv(text).read()).toMatchObject([{ key: '1', place: 'row 2', data: { Name: name } }]);
});

test('line ends of Windows, Unix and old Macs, in one file', async () => {
  expect(await csv('Id,Name\r\n1,Ann\n2,Bea\r3,Cid').data()).toEqual([
    { Id: '1', Name: 'Ann' },
    { Id: '2', Name: 'Bea' },
    { Id: '3', Name: 'Cid' },
  ]);
});

test('a quote that is never closed is reported with its row; one inside a field is a sign', async () => {
  const text = 'Id,Name,Note\r\n1,Ada,"5"" disk"\r\n2,Bea,5" disk\r\n3,Cid,"open\r\n4,Eve,x\r\n';
  await expect(csv(text).read()).rejects.toMatchObject({
    exitCode: 2,
    code: 'source-file',
    message: 'customers.csv: row 4 has a quote that is never closed.',
  });
});

test('a quote that a later row closes is reported, and those inside do not count as gone; texts with commas are nothing', async () => {
  const text = 'Id,Name,Note\n1,Ada,"open\n2,Bea,x\n3,Cid,"closed"\n4,Dan,"12 Example St,\nSpringfield, IL"\n';
  const { pages, warnings } = csv(text);
  const read = await pages();
  expect(read.flatMap(({ records }) => records.map(({ key }) => key))).toEqual(['1', '4']);
  expect(read.some(({ whole }) => whole)).toBe(false);
  expect(warnings).toEqual([expect.stringMatching(/^Texts seem to hold the rows that follow them: 2\./)]);
});

test('a folder with several worksheets is not read in part', async () => {
  const { source, context } = csv('Id\n1\n', { path: '.' });
  expect(await Array.fromAsync(source.read(undefined, context))).toHaveLength(1);
  const several = csv('Id\n1\n', { path: '.' }, 'a.csv');
  several.add('b.csv', 'Id\n2\n');
  await expect(several.read()).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('2 worksheets') });
});

test('a row of more than a million characters is reported with its number', async () => {
  const text = `Id,Name\n1,Ann\n2,"${'x'.repeat(1_100_000)}"\n`;
  await expect(csv(text).read()).rejects.toMatchObject({
    exitCode: 2,
    message: 'customers.csv: row 3 holds more than 1048576 characters.',
  });
});

test('a first row that is a customer is reported, and not shown', async () => {
  const text = '7,Ada Example,ada@example.com\n8,Bea Example,bea@example.com\n';
  const byName = csv(text);
  await expect(byName.read()).rejects.toThrow('Row 1 holds values in place of headings.');
  const byLetter = csv(text, { key: { column: 'A' } });
  expect(await byLetter.read()).toHaveLength(1);
  expect(byLetter.warnings).toEqual([
    expect.stringMatching(/^Row 1 was taken for the headings, and seems to be a customer/),
  ]);
  const checked = csv(text, { key: { column: 'A' } });
  const { lines } = await checked.source.check(checked.context);
  expect(JSON.stringify([lines, checked.warnings])).not.toContain('Ada');
  expect(checked.warnings).toEqual(byLetter.warnings);
});

test('a line of text has no more columns than a sheet may have', async () => {
  const row = Array.from({ length: 20_000 }, (_, index) => index + 1).join(',');
  const [found] = await csv(`Id,Name\n${row}\n`).data();
  // XFD is the last one.
  expect(Object.keys(Object(found))).toHaveLength(16_384);
  expect(found).toMatchObject({ Id: '1', Name: '2', XFD: '16384' });
});
