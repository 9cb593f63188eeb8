import { Writable } from 'node:stream';
import { expect, onTestFinished } from 'vitest';
import { open } from '../../src/app/pipeline/compose.ts';
import { readSettings } from '../../src/app/settings.ts';
import { createStateBackends } from '../../src/app/state/backends.ts';
import { createLogger } from '../../src/cli/process/log.ts';
import { runPipeline } from '../../src/core/pipeline/run.ts';
import type { RunOptions } from '../../src/core/pipeline/types.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { copyForSandbox, sandboxEnv } from './example.ts';

export async function sandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const box = await startSandbox({ customers: 0, jobLatencyMs: 0, ...options });
  onTestFinished(() => box.close());
  return box;
}

/** Checks and syncs the configuration of a folder. */
export async function syncIn(cwd: string, how: Partial<RunOptions> = {}) {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const redactor = createRedactor([]);
  const { signal } = new AbortController();
  const host = {
    env: { ...sandboxEnv, HOME: cwd },
    cwd,
    stdin: process.stdin,
    redactor,
    states: createStateBackends(),
  };
  const log = createLogger({ level: 'silent', redactor, stderr: nowhere });
  const settings = await readSettings({ asked: undefined, host });
  const opened = await open({ settings, host, log, signal, write: true, online: true });
  try {
    const { pipeline, context } = opened;
    const lines = [...(await pipeline.source.check(context)).lines, ...(await pipeline.sink.check(context)).lines];
    expect(lines.filter(({ ok }) => ok === false)).toEqual([]);
    return await runPipeline(pipeline, { kind: 'sync', signal, ...how });
  } finally {
    await opened.close();
  }
}

/** Checks and syncs an example against the sandbox. */
export async function syncExample(example: string, box: Sandbox, sourceUrl?: string) {
  return await syncIn(copyForSandbox(example, box, sourceUrl));
}
