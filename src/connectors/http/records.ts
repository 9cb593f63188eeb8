import type { CallContext, SourceRecord } from '../../core/contracts.ts';
import { valueAt } from '../../core/value-at.ts';
import type { HttpSourceConfig } from './config.ts';
import { timeOf } from './time.ts';

export type RecordData = Readonly<Record<string, unknown>>;
type When = NonNullable<HttpSourceConfig['inactive']>;

/** Makes records of a page's rows. A row without a key can't be told apart from others: it is counted and warned of. */
export function createRecordReader(config: HttpSourceConfig, context: CallContext) {
  return {
    read(rows: readonly unknown[]): { readonly found: SourceRecord<RecordData>[]; readonly damaged: number } {
      const found = rows.flatMap((row) => recordOf(config, row) ?? []);
      const damaged = rows.length - found.length;
      if (damaged > 0) {
        const message = `Some rows have no ${config.key} and were left out. Check source.key against a reply of the API.`;
        context.warn({ code: 'rows-without-key', message });
        context.log.info({ damaged }, 'rows without a key');
      }
      return { found, damaged };
    },
  };
}

function recordOf(config: HttpSourceConfig, row: unknown): SourceRecord<RecordData> | undefined {
  const key = keyOf(valueAt(row, config.key));
  if (key === undefined || !isData(row)) return undefined;
  const after = config.parent === undefined ? undefined : keyOf(valueAt(row, config.parent));
  const updatedAt = config.updatedAt === undefined ? undefined : timeOf(valueAt(row, config.updatedAt));
  return {
    key,
    data: row,
    state: holds(config.deleted, row) ? 'deleted' : holds(config.inactive, row) ? 'inactive' : 'active',
    ...(after !== undefined && after !== key && { after }),
    ...(updatedAt && { updatedAt }),
  };
}

function keyOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function holds(when: When | undefined, row: unknown): boolean {
  if (!when) return false;
  const value = valueAt(row, when.path);
  return (Array.isArray(when.is) ? when.is : [when.is]).some((wanted) => wanted === value);
}

function isData(row: unknown): row is RecordData {
  return typeof row === 'object' && row !== null && !Array.isArray(row);
}
