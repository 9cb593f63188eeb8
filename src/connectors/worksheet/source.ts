import { open } from 'node:fs/promises';
import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import type { CallContext, Page } from '../../core/contracts.ts';
import { describeFields } from '../../core/describe-fields.ts';
import { createInputs, type Input } from '../../core/files/inputs.ts';
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
  const inputs = createInputs({ path: config.path, folder, stdin, matching: /\.(xlsx|csv|tsv)$/i });

  async function* rows(context: CallContext): AsyncGenerator<SheetRow> {
    const [input] = await inputs.find(context);
    if (input) yield* sheetRows(input);
  }

  async function* sheetRows(input: Input): AsyncGenerator<SheetRow> {
    const format = config.format === 'auto' ? await formatOf(input.path) : config.format;
    yield* format === 'xlsx' ? xlsxRows(input, config.sheet) : delimitedRows(input, config);
  }

  return {
    readsAs: 'snapshot',
    close: inputs.close,
    async *read(_, context) {
      let page: Page<RowData>['records'][number][] = [];
      const records = createRecords(config, context);
      for await (const row of rows(context)) {
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
    for await (const row of rows(context)) {
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
