import { open } from '../dist/cli/compose.js';
import { createLogger } from '../dist/cli/log.js';
import { limitMemory } from '../dist/cli/runtime.js';
import { runPipeline } from '../dist/core/pipeline/run.js';
import { createRedactor } from '../dist/core/redact.js';

/**
 * One run of the built package in a process of its own: its time and its peak memory are the sync's alone. Plain JavaScript,
 * because stripping types takes memory that an installed Rolodesk does not need. Messages: see `SyncRequest` and `SyncReply`.
 */

// Without a limit of the minute: a window keeps a number for each request that it allows.
const unthrottled = { perSecond: 100_000, concurrent: 10 };

limitMemory();
process.once('message', async (request) => {
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
  process.send?.({ report, ms, cpuMs, peakBytes }, () => process.disconnect());
});
