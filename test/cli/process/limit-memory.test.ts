import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Bytes for short-lived objects, both halves of them, after these calls in a process of its own. */
function youngGeneration(calls: string): number {
  const path = new URL('../../../src/cli/process/limit-memory.ts', import.meta.url);
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { growYoungGeneration, limitMemory } from ${JSON.stringify(path.href)};
    ${calls}
    const kept = Array.from({ length: 300_000 }, (_, n) => ({ n }));
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    console.log(JSON.stringify({ size: young.space_size, kept: kept.length }));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  return (JSON.parse(output) as { size: number }).size;
}

const mb = 1024 * 1024;

test('memory for short-lived objects stays as small as at the start, until a run needs more', () => {
  expect(youngGeneration('')).toBeGreaterThan(2 * mb);
  expect(youngGeneration('limitMemory();')).toBeLessThanOrEqual(2 * mb);
  expect(youngGeneration('limitMemory(); growYoungGeneration(); growYoungGeneration();')).toBe(16 * mb);
});
