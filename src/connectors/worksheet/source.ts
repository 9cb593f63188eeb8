import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import type { CallContext, Page } from '../../core/contracts.ts';
import { describeFields } from '../../core/describe-fields.ts';
import { StateError } from '../../core/errors.ts';
import { findInputs, type Input } from '../../core/files/inputs.ts';
import type { RowData } from '../../core/rows.ts';
import type { SheetRow } from './cells.ts';
import type { WorksheetConfig } from './config.ts';
import { delimitedRows } from './delimited.ts';
import { createRecords } from './records.ts';
import { xlsxRows } from './xlsx/rows.ts';

const rowsPerPage = 1000;
const sampleRows = 100;

/** Reads one sheet of a file. Every sync reads all of it: a sheet does not say what has changed in it. */
export function createWorksheetSource({
  config,
  folder,
  stdin,
}: SourceOptions<WorksheetConfig>): AuthoredSource<RowData> {
  /** Standard input is put into a file of its own first: a workbook can't be read from front to back. */
  async function* rows(): AsyncGenerator<SheetRow> {
    const [input] = await findInputs({ path: config.path, folder, stdin, matching: /\.(xlsx|csv|tsv)$/i });
    if (!input) return;
    if (input.path !== undefined) {
      yield* sheetRows(input, input.path);
      return;
    }
    const spool = await mkdtemp(join(tmpdir(), 'rolodesk-'));
    try {
      const path = join(spool, 'input');
      await pipeline(input.open(), createWriteStream(path, { mode: 0o600 })).catch((error: unknown) => {
        throw new StateError('Standard input can not be kept for reading.', { cause: error, hint: 'Check the disk.' });
      });
      yield* sheetRows({ name: input.name, path, open: () => createReadStream(path) }, path);
    } finally {
      await rm(spool, { recursive: true, force: true });
    }
  }

  async function* sheetRows(input: Input, path: string): AsyncGenerator<SheetRow> {
    const format = config.format === 'auto' ? await formatOf(path) : config.format;
    yield* format === 'xlsx' ? xlsxRows({ path, name: input.name }, config.sheet) : delimitedRows(input, config);
  }

  return {
    async *read(_, context) {
      let page: Page<RowData>['records'][number][] = [];
      const records = createRecords(config, context);
      for await (const row of rows()) {
        context.signal.throwIfAborted();
        const record = records.take(row);
        if (record) page.push(record);
        if (page.length < rowsPerPage) continue;
        yield { records: page, cursor: null };
        page = [];
      }
      const isWhole = records.end();
      yield { records: page, cursor: null, ...(isWhole && { whole: true }) };
    },
    async check(context) {
      if (config.path === '-')
        return { identity: 'standard input', lines: [{ ok: true, title: 'records', detail: 'read when a sync runs' }] };
      const { headings, found } = await sample(context);
      return {
        identity: config.path,
        lines: [
          { ok: true, title: 'columns', detail: headings.join(', ') || 'no headings: columns go by their letters' },
          { ok: found.length > 0 ? true : 'warning', title: 'records', detail: `${found.length} in the first rows` },
        ],
      };
    },
    async discover(context) {
      return [{ name: config.path, fields: describeFields((await sample(context)).found) }];
    },
  };

  async function sample(context: CallContext) {
    const records = createRecords(config, context);
    const found: unknown[] = [];
    for await (const row of rows()) {
      const record = records.take(row);
      if (record) found.push(record.data);
      if (found.length === sampleRows) break;
    }
    return { headings: records.headings(), found };
  }
}

/** A workbook begins like every zip archive, and an old one or one with a password like every OLE file. */
async function formatOf(path: string): Promise<'xlsx' | 'csv'> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const start = buffer.toString('latin1');
    if (/\.xls[xm]?$/i.test(path)) return 'xlsx';
    return start.startsWith('PK') || start === '\u00d0\u00cf\u0011\u00e0' ? 'xlsx' : 'csv';
  } finally {
    await file.close();
  }
}
