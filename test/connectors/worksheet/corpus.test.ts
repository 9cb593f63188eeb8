import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareFile } from '../../corpus/compare.ts';
import { tablesOf } from '../../corpus/tables.ts';
import { writers } from '../../corpus/writers.ts';
import { ownFolder } from '../../kit/folder.ts';

const tables = tablesOf({ count: 8, seed: 3 });

/** `npm run corpus` does so with many more, and with files of others. */
test.each(writers)('what $name writes is read as an independent reader reads it', async ({ extension, write }) => {
  const folder = ownFolder();
  let cells = 0;
  for (const [index, table] of tables.entries()) {
    const path = join(folder, `${index}.${extension}`);
    writeFileSync(path, await write(table));
    const found = await compareFile(path);
    cells += found?.cells ?? 0;
    expect(found?.differences ?? []).toEqual([]);
  }
  expect(cells).toBeGreaterThan(100);
});
