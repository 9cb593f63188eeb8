import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TwinOptions } from '../../../src/testing/index.ts';
import { createFileTwin, type FileRow, type FileTwin } from '../../kit/twins/file-twin.ts';

export const tapAt = (name: string): string => join(import.meta.dirname, 'taps', name);

/** The interpreter itself: a shim in front of it costs more than the tap. Undefined where there is none. */
export const python = ((): string | undefined => {
  try {
    return execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
})();

export const noPython = 'python3 is not on this machine';
export const incrementalTap = [python ?? 'python3', tapAt('incremental.py')];
export const fullTableTap = [process.execPath, tapAt('full-table.mjs')];

const rowsPerPage = 100;

/** What the tap in Python reads. */
export function createIncrementalTwin(options: TwinOptions): FileTwin {
  return createFileTwin(options, {
    name: 'rows.json',
    rowsPerPage,
    write: (rows) => JSON.stringify(rows.map((row) => ({ ...row, updated_at: timeIn(row) }))),
    damaged: { 'A file that the tap dies of': () => 'no JSON' },
  });
}

/** The twin of files writes the time of a change into its text. */
function timeIn({ name }: FileRow): string {
  return new Date(Number(name.split(' ').at(-1))).toISOString();
}

const damages = {
  'A line that is no JSON': 'garbage',
  'A tap that ends in the middle of a line': 'half',
  'A line that is JSON and no message': 'array',
  'A record that is none': 'no record',
  'Records in files': 'batch',
  'A tap that fails': 'exit',
  'A tap that is killed': 'signal',
  'Records before their schema': 'no schema',
  'A stream without a key': 'no key',
  'Records without a key': 'keyless',
};

/** What the tap in Node reads. */
export function createFullTableTwin(options: TwinOptions): FileTwin {
  const content = (rows: readonly FileRow[], damage?: string): string =>
    JSON.stringify({ rows: rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)), damage });
  return createFileTwin(options, {
    name: 'rows.json',
    rowsPerPage,
    write: (rows) => content(rows),
    damaged: Object.fromEntries(
      Object.entries(damages).map(([what, damage]) => [
        what,
        (good: string) => JSON.stringify({ ...JSON.parse(good), damage }),
      ]),
    ),
  });
}
