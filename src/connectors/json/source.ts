import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import type { CallContext } from '../../core/domain/context.ts';
import type { Page } from '../../core/domain/record.ts';
import { createInputs } from '../../core/files/inputs.ts';
import { describeFields } from '../../core/records/describe-fields.ts';
import { createRecordReader, type RowData } from '../../core/records/record-reader.ts';
import type { JsonConfig } from './config.ts';
import type { Row } from './read-rows.ts';

const rowsPerPage = 1000;
const sampleRows = 100;
const matching = /\.(json|ndjson|jsonl)(\.gz)?$/i;
const maxNamedLines = 5;

/** Reads files of JSON. Every sync reads all of them: a file does not say what has changed in it. */
export function createJsonSource({ config, folder, stdin }: SourceOptions<JsonConfig>): AuthoredSource<RowData> {
  const inputs = createInputs({ path: config.path, folder, stdin, matching });

  async function* rows(context: CallContext) {
    const badLines: number[] = [];
    const found = await inputs.find(context);
    for (const input of found) {
      // The parser is loaded by those who read a file with it.
      const { readRows } = await import('./read-rows.ts');
      for await (const row of readRows(input, config, context)) {
        context.signal.throwIfAborted();
        if (row.kind === 'damaged') badLines.push(row.line);
        yield row.kind === 'row' && found.length > 1 ? { ...row, place: `${input.name} ${row.place}` } : row;
      }
      if (badLines.length > 0) context.warn(damaged(input.name, badLines.splice(0)));
    }
  }

  return {
    readsAs: 'snapshot',
    close: inputs.close,
    async *read(_, context) {
      const reader = createRecordReader(config, context);
      let page: Extract<Row, { kind: 'row' }>[] = [];
      let isEveryLine = true;
      const take = (): Page<RowData> => {
        const values = page.map(({ value }) => value);
        const { found } = reader.read(values, (index) => page[index]?.place ?? '');
        page = [];
        return { records: found, cursor: null };
      };
      for await (const row of rows(context)) {
        if (row.kind === 'damaged') isEveryLine = false;
        else page.push(row);
        if (page.length === rowsPerPage) yield take();
      }
      const last = take();
      const isWhole = reader.end() && isEveryLine;
      yield { ...last, ...(isWhole && { whole: true }) };
    },
    async check(context) {
      if (config.path === '-')
        return { identity: 'standard input', lines: [{ ok: true, title: 'records', detail: 'read when a sync runs' }] };
      const names = (await inputs.find(context)).map(({ name }) => name).join(', ');
      const sample = await firstRows(context);
      const { found } = createRecordReader(config, context).read(sample);
      const isGood = found.length === sample.length && found.length > 0;
      const detail = isGood
        ? `the first ${found.length} have a key (${config.key})`
        : `${sample.length - found.length} of the first ${sample.length} rows have no ${config.key}`;
      return {
        identity: names,
        lines: [{ ok: isGood || (sample.length === 0 ? 'warning' : false), title: 'records', detail }],
      };
    },
    async discover(context) {
      return [{ name: config.path, fields: describeFields(await firstRows(context)) }];
    },
  };

  async function firstRows(context: CallContext): Promise<unknown[]> {
    const found: unknown[] = [];
    for await (const row of rows(context)) {
      if (row.kind === 'row') found.push(row.value);
      if (found.length === sampleRows) break;
    }
    return found;
  }
}

function damaged(name: string, lines: readonly number[]) {
  const named = lines.slice(0, maxNamedLines).join(', ');
  const more = lines.length > maxNamedLines ? ` and ${lines.length - maxNamedLines} more` : '';
  return { code: 'source-lines', message: `${name}: lines that are no JSON were left out: ${named}${more}.` };
}
