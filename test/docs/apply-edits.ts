import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Applies a block such as
 *
 *     // acme.ts
 *       limits: { concurrent: 1 },
 *     // …
 *     const overlapMs = 1;
 *
 * to a file: each part takes the place of the statement or property that begins as its own last one does.
 */
export function applyEdits(folder: string, block: string): void {
  const [head = '', ...lines] = block.trimEnd().split('\n');
  const path = join(folder, head.replace(/^\/\/ /, ''));
  const parts = lines.join('\n').split(/^ *\/\/ …\n/m);
  const edited = parts.reduce((text, part) => replaced(text, part.trimEnd()), readFileSync(path, 'utf8'));
  writeFileSync(path, edited);
}

function replaced(text: string, part: string): string {
  const lines = text.split('\n');
  const reported = part.split('\n');
  const last = reported.findLast((line) => indent(line) === indent(part) && !/^\s*[)}\]]/.test(line)) ?? part;
  const begin = beginningOf(last);
  const start = lines.findIndex((line) => line.startsWith(begin));
  if (start === -1) throw new Error(`Nothing begins with "${begin}".`);
  return [...lines.slice(0, start), part, ...lines.slice(endOf(lines, start) + 1)].join('\n');
}

/** `  limits:`, `const client =`, `import {`, `        return {`. */
function beginningOf(line: string): string {
  return /^\s*(?:import \{|return \{|export const \w+ =|const \w+ =|\w+\(|\w+:)/.exec(line)?.[0] ?? line;
}

/** Of a statement: the line before the next one at its depth, with what closes it. */
function endOf(lines: readonly string[], start: number): number {
  const depth = indent(lines[start] ?? '');
  let end = start;
  while (indent(lines[end + 1] ?? '') > depth) end += 1;
  return end > start && /^\s*[)}\]]/.test(lines[end + 1] ?? '') ? end + 1 : end;
}

function indent(text: string): number {
  return /^ */.exec(text)?.[0].length ?? 0;
}
