import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RolodeskError } from '../../src/core/domain/errors.ts';
import { compareFile } from './compare.ts';
import { tablesOf } from './tables.ts';
import { writers } from './writers.ts';

/**
 * Holds our reading of spreadsheets against that of an independent reader: of files that several writers make here, and of all
 * in the folders that are named. Prints what was compared, and every difference.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tables: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '20' },
  },
});
const total = { files: 0, sheets: 0, cells: 0, differences: 0, notCompared: 0 };

async function compareAll(name: string, paths: readonly string[]): Promise<void> {
  const sum = { files: 0, sheets: 0, cells: 0, differences: 0, notCompared: 0 };
  for (const path of paths) {
    sum.files += 1;
    const found = await compareFile(path).catch((error: unknown) => {
      // Of ours: which one, and why, is for whoever looks at it. Bugs are not caught.
      if (!(error instanceof RolodeskError)) throw error;
      process.stdout.write(`  ${path} was refused: ${error.message}\n`);
      return undefined;
    });
    if (!found) {
      sum.notCompared += 1;
      continue;
    }
    sum.sheets += found.sheets;
    sum.cells += found.cells;
    sum.differences += found.differences.length;
    for (const difference of found.differences.slice(0, Number(values.show)))
      process.stdout.write(`  ${path} ${difference}\n`);
  }
  process.stdout.write(`${name}: ${textOf(sum)}\n`);
  for (const key of ['files', 'sheets', 'cells', 'differences', 'notCompared'] as const) total[key] += sum[key];
}

function textOf(sum: typeof total): string {
  return `${sum.files} files, ${sum.sheets} sheets, ${sum.cells} cells, ${sum.differences} differences, ${sum.notCompared} not compared`;
}

const folder = mkdtempSync(join(tmpdir(), 'rolodesk-corpus-'));
try {
  const tables = tablesOf({ count: Number(values.tables), seed: Number(values.seed) });
  for (const [at, writer] of writers.entries()) {
    const paths: string[] = [];
    for (const [index, table] of tables.entries()) {
      const path = join(folder, `${at}-${index}.${writer.extension}`);
      writeFileSync(path, await writer.write(table));
      paths.push(path);
    }
    await compareAll(writer.name, paths);
  }
  for (const own of positionals)
    await compareAll(
      own,
      globSync('**/*.{xlsx,xlsm,csv,tsv}', { cwd: own }).map((name) => join(own, name)),
    );
  process.stdout.write(`together: ${textOf(total)}\n`);
  process.exitCode = total.differences === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
