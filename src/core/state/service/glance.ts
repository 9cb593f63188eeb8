import type { Json } from '../../domain/json.ts';
import { json, type Row, runOf } from '../rows.ts';
import type { RunRow } from '../store.ts';

/** What a list shows of a pipeline, from its state alone: many are asked for at once. */
export interface Glance {
  /** Newest first. Of their reports only `tallies`, `requests` and `error`. */
  readonly runs: readonly RunRow[];
  readonly lastSuccessAt: number | undefined;
  readonly deadLetters: number;
  /** Reason → count. */
  readonly pending: Readonly<Record<string, number>>;
  readonly pauseReason: string | undefined;
}

/** A run whose report is three of its parts, in one list: `tallies`, `requests`, `error`. */
export function shortRunOf(row: Row): RunRow {
  const run = runOf({ ...row, report: null });
  const parts = row.report === null ? undefined : json(row, 'report');
  if (!isList(parts)) return run;
  const named = ['tallies', 'requests', 'error'].map((name, index): [string, Json] => [name, parts[index] ?? null]);
  return { ...run, report: Object.fromEntries(named.filter(([, value]) => value !== null)) };
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
