import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceTwin, TwinOptions } from '../../../src/testing/index.ts';

export interface FileRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface FileTwin extends SourceTwin {
  readonly folder: string;
}

/** A file that is written again at every change, as an export is. */
export function createFileTwin(
  { pages, clock }: TwinOptions,
  {
    name,
    rowsPerPage,
    write,
    damaged,
  }: {
    readonly name: string;
    readonly rowsPerPage: number;
    readonly write: (rows: readonly FileRow[]) => string;
    /** What the file may hold instead, by the name of the damage. */
    readonly damaged: Readonly<Record<string, (good: string) => string>>;
  },
): FileTwin {
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-twin-'));
  const rows = new Map<string, FileRow>();
  const put = (id: string) => {
    const text = `Changed ${rows.size} ${clock.now()}`;
    rows.set(id, { id, name: text, email: `c${id}@example.com` });
    return { key: id, text };
  };
  const save = (text: string): void => {
    writeFileSync(join(folder, 'new'), text);
    renameSync(join(folder, 'new'), join(folder, name));
  };
  const content = (): string => write([...rows.values()]);
  // Changes that are made at once are written at once.
  let saving: Promise<void> | undefined;
  const saved = async <T>(result: T): Promise<T> => {
    saving ??= Promise.resolve().then(() => {
      saving = undefined;
      save(content());
    });
    await saving;
    return result;
  };
  for (let n = 1; n <= (pages - 0.5) * rowsPerPage; n += 1) put(String(n));
  save(content());
  return {
    folder,
    keys: () => [...rows.keys()],
    change: (key) => saved(put(key)),
    add: () => saved(put(`new-${rows.size}`)),
    async remove(key) {
      await saved(rows.delete(key));
    },
    damages: Object.fromEntries(Object.entries(damaged).map(([what, change]) => [what, () => save(change(content()))])),
    close: () => rmSync(folder, { recursive: true }),
  };
}

/** Checks that a file gives no occasion for, with why. */
export const withoutNetwork = {
  'refreshes an expired token once': 'files ask for no credentials',
  'keeps an odd field to its record': 'a file has no types but those that its values have',
  'survives each fault': 'no network is between a file and its reader',
  'ends the run where waiting does not help': 'nobody refuses a file but the system, and then at once',
};
