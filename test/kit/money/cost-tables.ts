import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CountedCalls } from './count-calls.ts';

const page = resolve(import.meta.dirname, '../../../docs/money.md');

/** Sizes of companies, as docs/money.md has them in its tables, from left to right. */
export const sizes = [1_000, 10_000, 100_000] as const;
export type Size = (typeof sizes)[number];

/** A row of the tables by how it begins, at one size. */
function cell(start: string, size: Size): string {
  const row = readFileSync(page, 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`| ${start}`));
  if (row === undefined) throw new Error(`docs/money.md has no row "${start}".`);
  return row.split('|')[2 + sizes.indexOf(size)]?.trim().replaceAll(',', '') ?? '';
}

/** Calls of each kind of sync, as the page says it. */
export function callsInDocs(size: Size): Omit<CountedCalls, 'company'> {
  const [, day = '', dayCustomers = ''] = /^(\d+) \((\d+)\)$/.exec(cell('first sync of a day (', size)) ?? [];
  return {
    first: Number(cell('first sync, or', size)),
    quiet: Number(cell('nothing has changed', size)),
    changed: Number(cell('one customer has changed', size)),
    day: Number(day),
    dayCustomers: Number(dayCustomers),
    night: Number(cell('first sync of a day, and', size)),
  };
}

/** Calls of a month, as the page says it. */
export function monthInDocs(size: Size): readonly number[] {
  return [
    'every 15 minutes, nothing ever changes',
    'every 15 minutes, something changes in every run',
    'once a night',
  ].map((start) => Number(cell(start, size)));
}

/** The same from the calls of one sync: 30 days, each with a call about the company, and 96 syncs or one. */
export function monthOf({ quiet, changed, day, night }: Omit<CountedCalls, 'company'>): readonly number[] {
  return [day + 95 * quiet, night + 95 * changed, night].map((calls) => 30 * (calls + 1));
}
