import { expect, test } from 'vitest';
import { isDateFormat } from '../../../src/connectors/worksheet/xlsx/dates.ts';
import { sheetOf } from './open.ts';
import { type Parts, partsOf, rowOf } from './parts.ts';

/** How programs write workbooks, as seen in files of theirs. What stands in cells is what Excel shows of it. */

const head = rowOf('Id', 'Name', 'Extra');
const dateStyle = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>';
const one = (cells: string, more: Omit<Parts, 'sheet'> = {}) =>
  sheetOf(partsOf({ sheet: `${head}<row><c><v>1</v></c>${cells}</row>`, ...more }));
const name = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const utf16 = (xml: string): Uint8Array =>
  Buffer.from(`\uFEFF<?xml version="1.0" encoding="UTF-16"?>${xml}`, 'utf16le');

test('days from 1904 stay such when an extension has an element of the same name', async () => {
  const x15 = 'xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"';
  const { data } = one('<c s="1"><v>43708</v></c>', {
    styles: dateStyle,
    workbook: {
      before: '<workbookPr date1904="1"/>',
      after: `<extLst><ext ${x15}><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst>`,
    },
  });
  // 43,708 days after 1904-01-01, which is 45,170 after 1899-12-30.
  expect(await data()).toEqual([{ Id: 1, Name: '2023-09-01' }]);
});

test('elements of another namespace are none of ours, whatever they are called; ours may have any prefix', async () => {
  const rows = `${head}<row><c><v>1</v><x:v xmlns:x="urn:x">2</x:v></c><c xmlns="urn:x"><v>3</v></c>${name('Ada')}</row>`;
  expect(await sheetOf(partsOf({ sheet: rows })).data()).toEqual([{ Id: 1, Name: 'Ada' }]);
  const prefixed = (xml: string): Uint8Array =>
    Buffer.from(xml.replaceAll(/<(\/?)(?=[a-z])/gi, '<$1x:').replace(' xmlns=', ' xmlns:x='));
  expect(await one(name('Ada'), { encode: prefixed }).data()).toEqual([{ Id: 1, Name: 'Ada' }]);
});

test.each([
  ['_x000D_ is a carriage return', 'Ada_x000D_\nExample', 'Ada\r\nExample'],
  ['an escaped underscore escapes', 'A_x005F_x000D_B', 'A_x000D_B'],
  ['halves of one character come together', '_xD83D__xDE00_', '😀'],
  ['a half alone is no character', 'a_xD83D_', 'a\uFFFD'],
  ['what only looks like it', '_x00_ _xyz_', '_x00_ _xyz_'],
])('escapes of characters: %s', async (_, xml, text) => {
  const cells = `${name(xml)}<c t="s"><v>0</v></c><c t="str"><f>B2</f><v>${xml}</v></c>`;
  const { data } = one(cells, { sharedStrings: `<si><t>${xml}</t></si>` });
  expect(await data()).toEqual([{ Id: 1, Name: text, Extra: text, D: text }]);
});

test('CDATA is text', async () => {
  const { data } = one(`${name('<![CDATA[Ada & Sons]]>')}<c t="s"><v>0</v></c><c><v><![CDATA[7]]></v></c>`, {
    sharedStrings: '<si><t><![CDATA[gold]]></t></si>',
  });
  expect(await data()).toEqual([{ Id: 1, Name: 'Ada & Sons', Extra: 'gold', D: 7 }]);
});

test.each([
  ['in another case of letters', { sharedStrings: 'xl/SharedStrings.xml' }],
  ['in the root', { workbook: 'workbook.xml', sheet: 'sheets/one.xml', sharedStrings: 's.xml', styles: 'st.xml' }],
  [
    'under any names',
    { workbook: 'a b/book.xml', sheet: 'a b/c d.xml', sharedStrings: 'a b/t.xml', styles: 'a b/s.xml' },
  ],
])('parts are found %s', async (_, names) => {
  const { data } = one('<c t="s"><v>0</v></c><c s="1"><v>45292</v></c>', {
    names,
    sharedStrings: '<si><t>Ada</t></si>',
    styles: dateStyle,
  });
  expect(await data()).toEqual([{ Id: 1, Name: 'Ada', Extra: '2024-01-01' }]);
});

test.each([
  ['little endian', utf16],
  ['big endian', (xml: string) => Buffer.from(utf16(xml)).swap16()],
  ['of Latin-1, declared', (xml: string) => Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${xml}`, 'latin1')],
])('parts in UTF-16 %s', async (_, encode) => {
  expect(await one(name('Zoë'), { encode }).data()).toEqual([{ Id: 1, Name: 'Zoë' }]);
});

test('a text next to a value counts once, and readings of characters not at all', async () => {
  const cells = `<c t="inlineStr"><v>5</v><is><t>Ada</t></is></c><c t="inlineStr"><is><t>山田</t><rPh><t>ヤマダ</t></rPh></is></c><c t="inlineStr"><v>Bea</v></c><c><v>7</v><is><t>x</t></is></c>`;
  expect(await one(cells).data()).toEqual([{ Id: 1, Name: 'Ada', Extra: '山田', D: 'Bea', E: 7 }]);
});

test('cells without a value for us are left out and reported by kind, with where they are', async () => {
  const cells = [
    '<c t="s"><v>9</v></c>',
    '<c s="1"><v>5552014000</v></c>',
    '<c><f>A2</f><v></v></c>',
    '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    '<c><v>ten</v></c>',
    '<c t="str"><f>""</f><v></v></c>',
    '<c s="1"><v>60</v></c>',
  ];
  const { data, warnings } = one(cells.join(''), { sharedStrings: '<si><t>Ada</t></si>', styles: dateStyle });
  expect(await data()).toEqual([{ Id: 1 }]);
  expect(warnings).toEqual([
    expect.stringMatching(/^Cells whose text is not in the file .*: B2\.$/),
    expect.stringMatching(/^Cells with the format of a date whose number is not a date .*: C2, H2\.$/),
    expect.stringMatching(/^Cells with a formula whose result is not in the file .* save it there: D2\.$/),
    expect.stringMatching(/^Cells that show an error, such as #N\/A, .*: E2\.$/),
    expect.stringMatching(/^Cells whose number is not a number .*: F2\.$/),
  ]);
});

test('the first days of 1900, and the last that there is', async () => {
  const date = (serial: number) => `<c s="1"><v>${serial}</v></c>`;
  const { data } = one([1, 59, 61, 2_958_465].map(date).join(''), { styles: dateStyle });
  expect(await data()).toEqual([{ Id: 1, Name: '1900-01-01', Extra: '1900-02-28', D: '1900-03-01', E: '9999-12-31' }]);
});

test.each([
  [27, true],
  [31, true],
  [34, true],
  [36, true],
  [50, true],
  [58, true],
  [78, true],
  [23, false],
  [37, false],
  [49, false],
  [59, false],
])('built-in format %d shows a date: %s', async (id, isDate) => {
  const styles = `<cellXfs><xf numFmtId="0"/><xf numFmtId="${id}"/></cellXfs>`;
  const [row] = await one('<c s="1"><v>45127.5</v></c>', { styles }).data();
  expect(row).toEqual({ Id: 1, Name: isDate ? '2023-07-20T12:00:00' : 45_127.5 });
});

test.each([
  ['yyyy"年"m"月"d"日"', true],
  ['[$-411]ggge"年"', true],
  ['[$-107041E]bbbb', true],
  ['上午/下午h"時"mm"分"', true],
  ['0.00E+00', false],
  ['##0.0E-0', false],
  ['[Red]#,##0.00 "days"', false],
  ['[$€-407] #,##0.00', false],
])('the format %s shows a date: %s', (format, isDate) => {
  expect(isDateFormat(format)).toBe(isDate);
});

test('a whole number with more digits than our numbers hold keeps them: it may be a key', async () => {
  expect(await one('<c><v>1234567890123456789</v></c>').data()).toEqual([{ Id: 1, Name: '1234567890123456789' }]);
});

test('references in small letters', async () => {
  const sheet = `${head}<row r="3"><c r="a3"><v>7</v></c><c r="c3"><v>8</v></c></row>`;
  expect(await sheetOf(partsOf({ sheet })).data()).toEqual([{ Id: 7, Extra: 8 }]);
});

const sheets = (...attributes: readonly string[]): string =>
  attributes.map((text, index) => `<sheet sheetId="${index + 1}" r:id="sheet" ${text}/>`).join('');

test('a hidden sheet that only its place was said of is read, and reported with those that people see', async () => {
  const hidden = sheets('name="old" state="veryHidden"', 'name="Customers"');
  const { read, warnings } = one('', { sheets: hidden });
  expect(await read()).toHaveLength(1);
  expect(warnings).toEqual([
    expect.stringMatching(/^Sheet 1 of customers\.xlsx is hidden and was read\..*: Customers\.$/),
  ]);
  const named = sheetOf(partsOf({ sheet: head, sheets: hidden }), { sheet: 'Old' });
  await named.read();
  expect(named.warnings).toEqual([]);
});

test('a sheet whose name is a number', async () => {
  const content = partsOf({
    sheet: `${head}<row><c><v>1</v></c></row>`,
    sheets: sheets('name="2024"', 'name="A_x0026_B"'),
  });
  expect(await sheetOf(content, { sheet: 2024 }).read()).toHaveLength(1);
  expect(await sheetOf(content, { sheet: 'A&B' }).read()).toHaveLength(1);
  await expect(sheetOf(content, { sheet: 2025 }).read()).rejects.toThrow(/no sheet 2025\. Its sheets: 2024, A&B\./);
});

test('a sheet that is a chart has no rows, and is reported with the others', async () => {
  const { read } = sheetOf(partsOf({ sheet: head, sheetType: 'chartsheet' }));
  await expect(read()).rejects.toThrow(/Sheet 1 of customers\.xlsx is not one of cells\. Its sheets: Customers\./);
});

test('a strict workbook has other namespaces', async () => {
  const strict = (xml: string): Uint8Array =>
    Buffer.from(
      xml
        .replaceAll(
          'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
          'http://purl.oclc.org/ooxml/spreadsheetml/main',
        )
        .replaceAll(
          'http://schemas.openxmlformats.org/officeDocument/2006/',
          'http://purl.oclc.org/ooxml/officeDocument/',
        ),
    );
  const names = { sheet: 'xl/s/one.xml', sharedStrings: 'xl/texts.xml' };
  const { data } = one('<c t="s"><v>0</v></c><c t="d"><v>2024-01-31</v></c>', {
    encode: strict,
    names,
    sharedStrings: '<si><t>Ada</t></si>',
  });
  expect(await data()).toEqual([{ Id: 1, Name: 'Ada', Extra: '2024-01-31' }]);
});
