import { z } from 'zod';
import { defined } from '../defined.ts';
import type { CallContext } from '../domain/context.ts';
import { ContractError } from '../domain/errors.ts';
import type { SourceRecord } from '../domain/record.ts';
import { getPath } from './get-path.ts';
import { maxDepth, shallow } from './shallow.ts';

/**
 * Records made of rows whose shape only the configuration knows. Connectors of such sources put `rowKeys` into their
 * configuration and read rows through `createRecordReader`. Paths are names joined by dots, such as `properties.email`.
 */

/** So many rows without a key are named in the warning. */
const maxNamed = 5;

export type RowData = Readonly<Record<string, unknown>>;

const path = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const when = z.strictObject({
  path,
  is: z
    .union([scalar, z.array(scalar)])
    .default(true)
    .describe('The value, or the list of values, that means this'),
});
type When = z.output<typeof when>;

export const rowKeys = {
  key: path.default('id').describe("Path of a record's stable key"),
  updatedAt: path.exactOptional().describe("Path of the time of a record's last change"),
  parent: path.exactOptional().describe("Path of the key of the record's parent, which is written first"),
  inactive: when.exactOptional().describe('How to recognize an inactive record'),
  deleted: when.exactOptional().describe('How to recognize a deleted record'),
};

export interface RowKeys {
  /** Several: the key is all of them together. */
  readonly key: string | readonly string[];
  readonly updatedAt?: string;
  readonly parent?: string;
  readonly inactive?: When;
  readonly deleted?: When;
}

/** Makes records of the rows of one scan. A row without a key can't be told apart from others: it is left out, counted, and reported at the end. */
export function createRecordReader(keys: RowKeys, context: Pick<CallContext, 'warn' | 'log'>) {
  const named = [keys.key].flat().join(' and ');
  let kept = 0;
  let left = 0;
  const firstLeft: string[] = [];

  return {
    /** `placeOf`: where a row stands, for messages that name it. Without it they name rows by their number in the scan. */
    read(
      rows: readonly unknown[],
      placeOf?: (index: number) => string,
    ): { readonly found: SourceRecord<RowData>[]; readonly damaged: number } {
      const before = kept + left;
      const found = rows.flatMap((row, index): readonly SourceRecord<RowData>[] => {
        const record = recordOf(keys, row);
        if (record && record.data !== row)
          context.warn({
            code: 'rows-too-deep',
            message: `Some rows have fields that nest more than ${maxDepth} levels, which were left out.`,
          });
        if (!record && firstLeft.length < maxNamed) firstLeft.push(placeOf?.(index) ?? `row ${before + index + 1}`);
        return record ? [{ ...record, ...(placeOf && { place: placeOf(index) }) }] : [];
      });
      const damaged = rows.length - found.length;
      kept += found.length;
      left += damaged;
      if (damaged > 0) context.log.info({ damaged }, 'rows without a key');
      return { found, damaged };
    },
    /** After the last row: warns of those that were left out. True when every row was a record. Throws ContractError when none was: the key is not where the configuration says. */
    end(): boolean {
      if (kept === 0 && left > 0)
        throw new ContractError(`None of ${left} rows has ${named}, which is their key.`, {
          code: 'rows-without-key',
          hint: 'Check source.key: the field may have been renamed at the source. Nobody counts as gone.',
        });
      if (left > 0) {
        const more = left > firstLeft.length ? ` and ${left - firstLeft.length} more` : '';
        const message = `Rows without ${named} were left out: ${left} of ${kept + left} (${firstLeft.join(', ')}${more}). Correct them, or check source.key.`;
        context.warn({ code: 'rows-without-key', message });
      }
      return left === 0;
    },
  };
}

function recordOf({ key: keyPath, updatedAt: timePath, parent, inactive, deleted }: RowKeys, row: unknown) {
  const key = typeof keyPath === 'string' ? keyOf(getPath(row, keyPath)) : joined(row, keyPath);
  if (key === undefined || !isData(row)) return undefined;
  const after = parent === undefined ? undefined : keyOf(getPath(row, parent));
  const updatedAt = timePath === undefined ? undefined : timeOf(getPath(row, timePath));
  const record: SourceRecord<RowData> = {
    key,
    data: shallow(row),
    state: holds(deleted, row) ? 'deleted' : holds(inactive, row) ? 'inactive' : 'active',
    ...(after !== undefined && after !== key && { after }),
    ...defined({ updatedAt }),
  };
  return record;
}

function keyOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return textOfNumber(value);
  // Half a character, as a text that was cut has it at its end, would not be the same once it was kept.
  return typeof value === 'string' && value.trim() !== '' ? value.trim().toWellFormed() : undefined;
}

/** A whole number beyond 2^53 has been rounded before it came here: its exponent shows that (warning `rounded-key`). */
function textOfNumber(value: number): string {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}

/** Yes or no distinguishes nobody, unless there are other parts. */
function partOf(value: unknown, parts: number): string | undefined {
  return typeof value === 'boolean' && parts > 1 ? String(value) : keyOf(value);
}

/** Unlike for unlike parts: what joins them is escaped inside them. */
function joined(row: unknown, paths: readonly string[]): string | undefined {
  const parts = paths.map((path) => partOf(getPath(row, path), paths.length));
  if (parts.includes(undefined)) return undefined;
  return parts.length === 1 ? parts[0] : parts.map((part = '') => encodeURIComponent(part)).join(':');
}

/** A time as systems give it: ISO, seconds or milliseconds since the epoch, or the `/Date(…)/` of .NET. */
function timeOf(value: unknown): Date | undefined {
  if (typeof value === 'number') return new Date(value < 1e11 ? value * 1000 : value);
  if (typeof value !== 'string') return undefined;
  const dotNet = /^\/Date\((-?\d+)/.exec(value)?.[1];
  const ms = dotNet === undefined ? Date.parse(value) : Number(dotNet);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

function holds(rule: When | undefined, row: unknown): boolean {
  if (!rule) return false;
  const value = getPath(row, rule.path);
  return (Array.isArray(rule.is) ? rule.is : [rule.is]).some((wanted) => wanted === value);
}

function isData(row: unknown): row is RowData {
  return typeof row === 'object' && row !== null && !Array.isArray(row);
}
