import { z } from 'zod';
import { type Given, isSuccess, type RuleEvaluation } from './alert-input.ts';

const maxHistoryLength = 20;
/** Fewer syncs than this say nothing about what is usual. */
const fewest = 5;
/** To miss all of them, there must have been some in so many syncs in a row, and so many as a rule. */
const minForNone = 10;
/** Below it, ups and downs are chance. */
const floor = 20;
/** After so many odd ones in a row the new volume is the usual one. */
const newHabit = 5;

const known = z.object({ usual: z.array(z.number()), odd: z.array(z.number()) }).catch({ usual: [], odd: [] });

/** A sync that read far more or fewer customers than any of the last ones. A number that was read before is not unusual. */
export function detectVolumeAnomaly({ memory, occurrence }: Given, factor: number): RuleEvaluation {
  if (occurrence.kind !== 'ended' || occurrence.reads !== 'changes' || !isSuccess(occurrence.report))
    return { verdict: 'unknown', memory };
  // Everything was read, and why is known.
  if (occurrence.report.warnings.some(({ code }) => code === 'configuration-changed'))
    return { verdict: 'unknown', memory };
  const { usual, odd } = known.parse(memory);
  const { read } = occurrence.report.tallies;
  const middle = median(usual);
  if (!isOdd(read, usual, middle, factor)) {
    const next = [...usual, read].slice(-maxHistoryLength);
    return { verdict: usual.length < fewest ? 'unknown' : 'well', memory: { usual: next, odd: [] } };
  }
  const now = [...odd, read];
  if (now.length >= newHabit) return { verdict: 'well', memory: { usual: now, odd: [] } };
  const what = `the sync read ${read} customers; the last ${usual.length} read ${middle} as a rule`;
  return { verdict: 'wrong', memory: { usual, odd: now }, what };
}

function isOdd(read: number, usual: readonly number[], middle: number, factor: number): boolean {
  if (usual.length < fewest) return false;
  if (read === 0 && usual.length >= minForNone && middle >= minForNone && usual.every((n) => n > 0)) return true;
  const most = Math.max(middle, floor) * factor;
  if (read > most) return usual.every((n) => n <= most);
  const least = middle / factor;
  return middle >= floor * factor && read < least && usual.every((n) => n >= least);
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
