import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { Page } from '../../core/domain/record.ts';
import { createInputs, type Input } from '../../core/files/inputs.ts';
import { describeFields } from '../../core/records/describe-fields.ts';
import type { RowData } from '../../core/records/record-reader.ts';
import type { SheetRow } from './cells.ts';
import type { WorksheetConfig } from './config.ts';
import { formatOf } from './file-format.ts';
import { createLostCells } from './lost-cells.ts';
import { createRecords } from './records.ts';

const rowsPerPage = 1000;
/** Rows with long texts make smaller pages: several are in memory at once. */
const pageCharacters = 4 << 20;
const sampleRows = 100;

/** Reads one sheet of a file. Every sync reads all of it: a sheet does not say what has changed in it. */
export function createWorksheetSource({
  config,
  folder,
  stdin,
}: SourceOptions<WorksheetConfig>): AuthoredSource<RowData> {
  const inputs = createInputs({ path: config.path, folder, stdin, matching: /\.(xlsx|csv|tsv)$/i });

  async function* rows(context: CallContext): AsyncGenerator<SheetRow> {
    const [input, ...others] = await inputs.find(context);
    if (others.length > 0)
      throw new ConfigError(`source.path is a folder with ${others.length + 1} worksheets, of which one can be read.`, {
        code: 'source-file',
        hint: 'Name one of them in source.path.',
      });
    if (input) yield* sheetRows(input, config, context);
  }

  return {
    readsAs: 'snapshot',
    close: inputs.close,
    async *read(_, context) {
      let page: Page<RowData>['records'][number][] = [];
      const records = createRecords(config, context);
      let characters = 0;
      for await (const row of rows(context)) {
        context.signal.throwIfAborted();
        const record = records.take(row);
        if (record) page.push(record);
        if (record) characters += charactersOf(row);
        if (page.length < rowsPerPage && characters < pageCharacters) continue;
        yield { records: page, cursor: null };
        page = [];
        characters = 0;
      }
      const isWhole = records.end();
      yield { records: page, cursor: null, ...(isWhole && { whole: true }) };
    },
    async check(context) {
      if (config.path === '-')
        return { identity: 'standard input', lines: [{ ok: true, title: 'records', detail: 'read when a sync runs' }] };
      const { headers, found } = await sample(context);
      return {
        identity: config.path,
        lines: [
          { ok: true, title: 'columns', detail: headers.join(', ') || 'no headings: columns go by their letters' },
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
      context.signal.throwIfAborted();
      const record = records.take(row);
      if (record) found.push(record.data);
      if (found.length === sampleRows) break;
    }
    return { headers: records.headers(), found };
  }
}

/** Warns at its end of the cells that have no value for us. */
async function* sheetRows(input: Input, config: WorksheetConfig, context: CallContext): AsyncGenerator<SheetRow> {
  const format = config.format === 'auto' ? await formatOf(input) : config.format;
  // Each parser is loaded by those who read a file with it.
  if (format === 'csv') {
    const { delimitedRows } = await import('./delimited.ts');
    return yield* delimitedRows(input, config, context);
  }
  const { xlsxRows } = await import('./xlsx/rows.ts');
  const lost = createLostCells(context);
  try {
    yield* xlsxRows(input, { sheet: config.sheet, lost, context });
  } finally {
    lost.end();
  }
}

function charactersOf({ cells }: SheetRow): number {
  let sum = 0;
  for (const cell of cells.values()) sum += typeof cell === 'string' ? cell.length : 8;
  return sum;
}
