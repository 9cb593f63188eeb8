import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { openPipeline } from '../../src/app/open-pipeline.ts';
import type { SyncOptions } from '../../src/app/operations/sync.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { copyForSandbox, sandboxEnv } from './example.ts';

export async function sandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const box = await startSandbox({ customers: 0, jobLatencyMs: 0, ...options });
  onTestFinished(() => box.close());
  return box;
}

/** Checks and syncs the configuration of a folder. */
export async function syncIn(cwd: string, options: SyncOptions = {}) {
  await using pipeline = await openPipeline(join(cwd, 'rolodesk.yaml'), { cwd, env: { ...sandboxEnv, HOME: cwd } });
  const { source, destination } = await pipeline.check();
  expect([...source.lines, ...destination.lines].filter(({ ok }) => ok === false)).toEqual([]);
  return await pipeline.sync(options);
}

/** Checks and syncs an example against the sandbox. */
export async function syncExample(example: string, box: Sandbox, sourceUrl?: string) {
  return await syncIn(copyForSandbox(example, box, sourceUrl));
}
