import { setImmediate } from 'node:timers/promises';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import xlsx from 'xlsx';
import type { Archive } from '../../../src/connectors/worksheet/xlsx/archive.ts';
import { readSharedStrings } from '../../../src/connectors/worksheet/xlsx/shared-strings.ts';
import { parseXml } from '../../../src/connectors/worksheet/xlsx/xml.ts';
import { csv, sheet, sheetOf } from './open.ts';
import { partsOf, rowOf } from './parts.ts';

/** Files that are not what they are called, and files that were made to do harm. */

const head = rowOf('Id', 'Name');

test.each([
  ['a column that no sheet has', '<row><c r="AAAAAA1"><v>1</v></c></row>', /no sheet has a cell AAAAAA1/],
  ['the first column that no sheet has', '<row><c r="XFE1"><v>1</v></c></row>', /no sheet has a cell XFE1/],
  ['a cell without a row', '<row><c r="A"><v>1</v></c></row>', /no sheet has a cell A/],
  ['a row that no sheet has', '<row r="1048577"/>', /no sheet has a row 1048577/],
  ['a row that is not a number', '<row r="x"/>', /no sheet has a row x/],
  ['a text without end', `<row><c t="str"><v>${'x'.repeat(17 << 20)}</v></c></row>`, /more than 16 MB/],
  [
    'a text in endless pieces',
    `<row><c t="str"><v>${'<![CDATA[xxxxxxxx]]>y'.repeat(120_000)}</v></c></row>`,
    /a cell holds more than 1048576/,
  ],
  ['elements inside each other', `${'<a>'.repeat(70_000)}`, /inside each other without end/],
])('a sheet with %s', async (_, rows, message) => {
  const { read } = sheetOf(partsOf({ sheet: `${head}${rows}` }));
  await expect(read()).rejects.toMatchObject({
    exitCode: 2,
    code: 'source-file',
    message: expect.stringMatching(message),
  });
});

test('the last column that a sheet has is read', async () => {
  const rows = `<row><c r="A1" t="str"><v>Id</v></c></row><row><c r="A2"><v>1</v></c><c r="XFD2"><v>2</v></c></row>`;
  expect(await sheetOf(partsOf({ sheet: rows })).data()).toEqual([{ Id: 1, XFD: 2 }]);
});

test('one long text that many cells refer to makes no row of any size', async () => {
  const cells = '<c t="s"><v>0</v></c>'.repeat(1000);
  const { read } = sheetOf(
    partsOf({ sheet: `${head}<row>${cells}</row>`, sharedStrings: `<si><t>${'x'.repeat(1_000_000)}</t></si>` }),
  );
  await expect(read()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/row 2 holds more than 1048576/),
  });
});

test('one text that cells refer to may not come in endless pieces', async () => {
  const sharedStrings = `<si><t>${'<![CDATA[xxxxxxxx]]>y'.repeat(120_000)}</t></si>`;
  await expect(sheetOf(partsOf({ sheet: head, sharedStrings })).read()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/a text holds more than 1048576/),
  });
});

test('a part that is kept in memory may not be large', async () => {
  const styles = `<cellXfs>${'<xf numFmtId="0"/>'.repeat(3_800_000)}</cellXfs>`;
  const { read } = sheetOf(partsOf({ sheet: head, styles }));
  await expect(read()).rejects.toMatchObject({
    exitCode: 2,
    message: 'customers.xlsx: xl/styles.xml is larger than 64 MB.',
  });
});

test('texts that cells refer to are kept up to a limit, however small the file is', async () => {
  const archive: Archive = {
    name: 'customers.xlsx',
    has: () => true,
    async *read(_, { open, text, close }) {
      for (;;) {
        open?.('si', {});
        open?.('t', {});
        text?.('x'.repeat(1_000));
        close?.('t');
        close?.('si');
        yield;
      }
    },
    readWhole: async () => undefined,
    close: () => undefined,
  };
  const reading = readSharedStrings(archive, { part: 'xl/sharedStrings.xml', maxBytes: 1 << 20 });
  await expect(reading).rejects.toMatchObject({
    exitCode: 2,
    message: 'customers.xlsx holds more than 1 MB of texts.',
  });
});

test('rows with long texts make small pages', async () => {
  const rows = Array.from({ length: 20 }, (_, index) => `${index},${'x'.repeat(1_000_000)}`);
  const pages = await csv(['Id,Name', ...rows].join('\n')).pages();
  expect(pages.map(({ records }) => records.length)).toEqual([5, 5, 5, 5, 0]);
});

/** The directory of a zip archive begins each of its entries with these. */
const directoryEntry = Buffer.from('PK\u0001\u0002', 'latin1');

test.each([
  [
    'a directory of an archive that is damaged',
    (good: Buffer) => good.fill('x', good.indexOf(directoryEntry), good.indexOf(directoryEntry) + 4),
    /directory of this \.xlsx file is damaged/,
  ],
  ['an archive that is cut off', (good: Buffer) => good.subarray(0, good.length - 100), /is not an \.xlsx file/],
  ['a part whose content is damaged', (good: Buffer) => good.fill(0xff, 40, 120), /is damaged/],
  [
    'an archive of something else',
    () => Buffer.from(zipSync({ 'a.txt': strToU8('a') })),
    /has no part xl\/workbook\.xml: it is not a workbook/,
  ],
])('%s ends with exit 2 and what to do', async (_, change, message) => {
  const { read } = sheetOf(change(Buffer.from(sheet(['Id'], [1]))));
  await expect(read()).rejects.toMatchObject({
    exitCode: 2,
    code: 'source-file',
    message: expect.stringMatching(message),
  });
});

const { CFB, utils, write } = xlsx;
const book = utils.book_new();
utils.book_append_sheet(book, utils.aoa_to_sheet([['Id'], [1]]), 'Customers');
const saved = (bookType: 'ods' | 'fods' | 'xlsb' | 'biff8' | 'biff5' | 'biff2' | 'xlml' | 'html'): Buffer =>
  Buffer.from(write(book, { type: 'buffer', bookType }));

function withPassword(): Buffer {
  const file = CFB.utils.cfb_new();
  for (const name of ['/EncryptionInfo', '/EncryptedPackage']) CFB.utils.cfb_add(file, name, Buffer.alloc(5000));
  return Buffer.from(CFB.write(file, { type: 'buffer' }) as Uint8Array);
}

test.each([
  ['.ods', saved('ods'), /an OpenDocument spreadsheet \(\.ods\)/, /\.xlsx/],
  ['.fods', saved('fods'), /a flat OpenDocument spreadsheet/, /\.xlsx/],
  ['.xlsb', saved('xlsb'), /a binary Excel workbook \(\.xlsb\)/, /\.xlsx/],
  ['.xls', saved('biff8'), /an old Excel workbook \(\.xls\)/, /\.xlsx/],
  ['.xls of Excel 95', saved('biff5'), /an old Excel workbook/, /\.xlsx/],
  ['.xls of Excel 2', saved('biff2'), /an old Excel workbook/, /\.xlsx/],
  ['XML of Excel 2003', saved('xlml'), /an XML spreadsheet of Excel 2003/, /\.xlsx/],
  ['a web page', saved('html'), /a web page/, /\.xlsx/],
  ['.numbers', Buffer.from(zipSync({ 'Index/Document.iwa': strToU8('x') })), /an Apple Numbers spreadsheet/, /\.xlsx/],
  ['a workbook with a password', withPassword(), /is protected with a password/, /without a password/],
  ['a PDF', Buffer.from('%PDF-1.7\n'), /a PDF document/, /\.xlsx/],
])('%s is refused by the name of its kind, whatever its own name', async (_, content, message, hint) => {
  for (const name of ['customers.xlsx', 'customers.csv', 'customers.xls'])
    await expect(sheetOf(content, {}, name).read()).rejects.toMatchObject({
      exitCode: 2,
      code: 'source-file',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
});

test('text that is called .xls is text, as many programs export it', async () => {
  expect(await sheetOf('Id\tName\n1\tAda\n', {}, 'customers.xls').data()).toEqual([{ Id: '1', Name: 'Ada' }]);
});

const many = Array.from({ length: 100_000 }, (_, index) => `<si><t>Customer ${index}</t></si>`).join('');
const stopped = new Error('The run was asked to stop.');

test.each([
  ['texts of a workbook', () => partsOf({ sheet: head, sharedStrings: many }), 'customers.xlsx'],
  [
    'rows of a workbook',
    () => partsOf({ sheet: `${head}${'<row><c><v>1</v></c></row>'.repeat(100_000)}` }),
    'customers.xlsx',
  ],
  ['lines of text', () => `Id,Name\n${'1,Ada\n'.repeat(500_000)}`, 'customers.csv'],
])('a stop is noticed while %s are read', async (_, content, name) => {
  const stop = new AbortController();
  const { pages } = sheetOf(content(), {}, name, stop.signal);
  const reading = pages();
  for (let turn = 0; turn < 3; turn += 1) await setImmediate();
  stop.abort(stopped);
  await expect(reading).rejects.toBe(stopped);
});

test('a stop is noticed between any two pieces of a part, not at its end', async () => {
  const stop = new AbortController();
  let pieces = 0;
  async function* bytes(): AsyncGenerator<Buffer> {
    for (; pieces < 1_000; pieces += 1) {
      if (pieces === 3) stop.abort(stopped);
      yield Buffer.from(pieces === 0 ? '<a>' : 'b');
    }
  }
  await expect(Array.fromAsync(parseXml(bytes(), {}, stop.signal))).rejects.toBe(stopped);
  expect(pieces).toBe(3);
});
