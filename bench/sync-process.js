import { growYoungGeneration, limitMemory } from '../dist/cli/process/limit-memory.js';

/**
 * One run of the built package in a process of its own: its time and its peak memory are the sync's alone. Plain JavaScript,
 * because stripping types takes memory that an installed Rolodesk does not need. Messages: see `SyncRequest` and `SyncReply`.
 */

// Before anything else is loaded, as in `src/cli/main.ts`: what has grown until then stays.
limitMemory();
const { open } = await import('../dist/app/pipeline/compose.js');
const { readSettings } = await import('../dist/app/settings.js');
const { createStateBackends } = await import('../dist/app/state/backends.js');
const { createLogger } = await import('../dist/cli/process/log.js');
const { runPipeline } = await import('../dist/core/pipeline/run.js');
const { createRedactor } = await import('../dist/core/redaction/redact.js');

// Without a limit of the minute: a window keeps a number for each request that it allows.
const unthrottled = { perSecond: 100_000, concurrent: 10 };

process.once('message', async (request) => {
  const { signal } = new AbortController();
  const redactor = createRedactor([]);
  const { stdin, stderr } = process;
  const env = { ROLODESK_KEY: 'a key for the bench', HOME: request.folder };
  const host = { env, cwd: request.folder, stdin, redactor, states: createStateBackends() };
  const log = createLogger({ level: 'silent', redactor, stderr });
  const limits = request.unthrottled ? { sourceLimits: unthrottled } : {};
  const settings = await readSettings({ asked: undefined, host });
  const opened = await open({ settings, host, log, signal, write: true, online: true, ...limits });
  // As `rolodesk sync` does when the pipeline is open.
  growYoungGeneration();
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
