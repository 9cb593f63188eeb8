import type { Json } from '../../core/domain/json.ts';
import { parseJsonKeepingDigits } from '../../core/records/parse-json-numbers.ts';

/** A tap's state must come back as it was: numbers that are too large for ours are marked, and written as numbers again. */

export function parseState(text: string): unknown {
  return parseJsonKeepingDigits(text, '\u0000int:');
}

export function writeState(state: Json): string {
  return JSON.stringify(state).replaceAll(/"\\u0000int:(-?[\d.]+(?:e\+\d+)?)"/g, '$1');
}
