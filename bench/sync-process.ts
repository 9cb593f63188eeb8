import { open } from '../src/cli/compose.ts';
import { createLogger } from '../src/cli/log.ts';
import { limitMemory } from '../src/cli/runtime.ts';
import { runPipeline } from '../src/core/pipeline/run.ts';
import { createRedactor } from '../src/core/redact.ts';
import type { RunReport } from '../src/core/report/report.ts';

/** One run in a process of its own: its time and its peak memory are the sync's alone. */
export interface SyncRequest {
  readonly folder: string;
  readonly full: boolean;
  /** Read as fast as the source answers: for the pipeline's own speed. */
  readonly unthrottled: boolean;
}
export interface SyncReply {
  readonly report: RunReport;
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
}

// Without a limit of the minute: a window keeps a number for each request that it allows.
const unthrottled = { perSecond: 100_000, concurrent: 10 };

limitMemory();
process.once('message', async (request: SyncRequest) => {
  const { signal } = new AbortController();
  const redactor = createRedactor([]);
  const { stdin, stdout, stderr } = process;
  const env = { ROLODESK_KEY: 'a key for the bench', HOME: request.folder };
  const terminal = { env, cwd: request.folder, stdin, stdout, stderr, redactor, signal };
  const log = createLogger({ level: 'silent', redactor, stderr });
  const limits = request.unthrottled ? { sourceLimits: unthrottled } : {};
  const opened = await open({ asked: undefined, terminal, log, signal, write: true, online: true, ...limits });
  const startedAt = performance.now();
  const cpuAt = process.cpuUsage();
  const report = await runPipeline(opened.pipeline, { kind: 'sync', signal, full: request.full });
  const ms = performance.now() - startedAt;
  const cpu = process.cpuUsage(cpuAt);
  await opened.close();
  const cpuMs = (cpu.user + cpu.system) / 1000;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.send?.({ report, ms, cpuMs, peakBytes } satisfies SyncReply, () => process.disconnect());
});
