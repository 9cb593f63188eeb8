import { open } from 'node:fs/promises';
import { ConfigError } from '../../core/domain/errors.ts';
import type { Input } from '../../core/files/inputs.ts';

/** How much of a file is looked at: enough for what text begins with, and for where an OLE file has its directory. */
const startBytes = 4096;
const oleDirectoryBytes = 4096;

interface Other {
  readonly what: string;
  readonly hint?: string;
}

const saveAsXlsx = 'Open it in the program that made it, save it as .xlsx, and give that file in source.path.';

/**
 * What a file is, by how it begins, whatever its name. Throws ConfigError for a spreadsheet of another kind, by the name of
 * that kind.
 */
export async function formatOf({ path, name }: Input): Promise<'xlsx' | 'csv'> {
  const start = await bytesAt(path, 0, startBytes);
  const isZip = start.toString('latin1', 0, 4) === 'PK\u0003\u0004';
  const other = isZip ? undefined : ((await otherOle(path, start)) ?? otherText(start) ?? otherBinary(start));
  if (other) throw refused(other, name);
  // Its reader says what is wrong with an archive that does not begin like one.
  return isZip || /\.xls[xm]$/i.test(name) ? 'xlsx' : 'csv';
}

/** Spreadsheets that are zip archives as well, by parts that each of them has. */
const otherArchives: readonly (Other & { readonly parts: readonly string[] })[] = [
  {
    parts: ['content.xml'],
    what: 'an OpenDocument spreadsheet (.ods)',
    hint: 'In LibreOffice: File, Save As, Excel 2007-365 (.xlsx).',
  },
  {
    parts: ['Index/Document.iwa', 'Index.zip'],
    what: 'an Apple Numbers spreadsheet (.numbers)',
    hint: 'In Numbers: File, Export To, Excel (.xlsx).',
  },
  {
    parts: ['xl/workbook.bin'],
    what: 'a binary Excel workbook (.xlsb)',
    hint: 'In Excel: File, Save As, Excel Workbook (.xlsx).',
  },
  { parts: ['word/document.xml'], what: 'a Word document (.docx)' },
];

/** Throws ConfigError for an archive of another kind, by the name of that kind. */
export function assertWorkbook({ has }: { has(part: string): boolean }, name: string): void {
  const other = otherArchives.find(({ parts }) => parts.some(has));
  if (other) throw refused(other, name);
}

/** Old Excel files and ones with a password are files of Microsoft's OLE, whose directory names what is in them. */
async function otherOle(path: string, start: Buffer): Promise<Other | undefined> {
  if (start.toString('latin1', 0, 4) !== '\u00d0\u00cf\u0011\u00e0' || start.length < 512) return undefined;
  const sectorBytes = 2 ** Math.min(start.readUInt16LE(30), 12);
  const directory = await bytesAt(path, (start.readUInt32LE(48) + 1) * sectorBytes, oleDirectoryBytes);
  if (directory.includes(Buffer.from('EncryptedPackage', 'utf16le')))
    return {
      what: 'protected with a password',
      hint: 'Save it without a password: in Excel, File, Info, Protect Workbook.',
    };
  return oldExcel;
}

const oldExcel: Other = {
  what: 'an old Excel workbook (.xls)',
  hint: 'In Excel: File, Save As, Excel Workbook (.xlsx).',
};

/** Web pages and XML that are called .xls, as many programs export them. */
function otherText(start: Buffer): Other | undefined {
  const text = start
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
    .slice(0, 2000);
  if (/^<\?xml[\s\S]*urn:schemas-microsoft-com:office:spreadsheet/.test(text))
    return { what: 'an XML spreadsheet of Excel 2003', hint: 'In Excel: File, Save As, Excel Workbook (.xlsx).' };
  if (/^<\?xml[\s\S]*opendocument/.test(text)) return { what: 'a flat OpenDocument spreadsheet (.fods)' };
  if (/^<(!doctype html|html|head|meta|table)\b/i.test(text))
    return { what: 'a web page (HTML)', hint: 'Open it in a spreadsheet program and save it as .xlsx.' };
  return undefined;
}

function otherBinary(start: Buffer): Other | undefined {
  // A file of Excel before 5.0 begins with a BOF record: [MS-XLS], 2.4.21.
  if (start[0] === 0x09 && [0x00, 0x02, 0x04, 0x08].includes(start[1] ?? -1) && start[3] === 0x00) return oldExcel;
  if (start.toString('latin1', 0, 5) === '%PDF-') return { what: 'a PDF document' };
  return undefined;
}

function refused({ what, hint = saveAsXlsx }: Other, name: string): ConfigError {
  return new ConfigError(`${name} is ${what}.`, { code: 'source-file', hint });
}

async function bytesAt(path: string, at: number, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
