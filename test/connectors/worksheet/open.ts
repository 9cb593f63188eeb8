import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { worksheet } from '../../../src/connectors/worksheet/index.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { CallContext } from '../../../src/core/domain/context.ts';
import type { SourceRecord } from '../../../src/core/domain/record.ts';
import { type TestSheet, workbook } from '../../kit/workbook.ts';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** A source that reads this content from a file. */
export function sheetOf(
  content: string | Uint8Array,
  config: Readonly<Record<string, unknown>> = {},
  name = 'customers.xlsx',
  signal: AbortSignal = new AbortController().signal,
) {
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-worksheet-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), content);
  const warnings: string[] = [];
  const context: CallContext = {
    signal,
    log,
    warn: ({ message }) => warnings.push(message),
  };
  const credentials = {
    load: async () => undefined,
    save: async () => undefined,
    forget: async () => undefined,
    exclusive: silent as never,
  };
  const source = worksheet.configure({ connector: 'worksheet', path: name, key: 'Id', ...config }).createSource({
    folder,
    stdin: Readable.from([Buffer.from(content)]),
    clock: systemClock,
    log,
    credentials,
    onSecret: silent,
  });
  const pages = async () => await Array.fromAsync(source.read(undefined, context));
  const read = async (): Promise<readonly SourceRecord[]> => (await pages()).flatMap(({ records }) => records);
  const data = async () => (await read()).map((record) => record.data);
  const add = (other: string, text: string): void => writeFileSync(join(folder, other), text);
  return { source, context, pages, read, data, warnings, add };
}

export const sheet = (...rows: TestSheet['rows']) => workbook([{ name: 'Customers', rows }]);
/** What a merged cell covers: it is there, and empty. */
export const covered = { xml: '<c s="0"/>' };
export const csv = (text: string | Buffer, config = {}, name = 'customers.csv') => sheetOf(text, config, name);
