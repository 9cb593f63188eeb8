import { growYoungGeneration, limitMemory } from '../dist/cli/process/limit-memory.js';

/**
 * A service of the built package with one pipeline: what a run costs that finds no changes. The first runs compile what the
 * later ones use, and do not count. Messages: see `ServiceRequest` and `ServiceReply`.
 */

limitMemory();
const { placeOf } = await import('../dist/app/service/catalog/place.js');
const { startService } = await import('../dist/app/service/serve.js');
const { createStateBackends } = await import('../dist/app/state/backends.js');
const { createLogger } = await import('../dist/cli/process/log.js');
const { createRedactor } = await import('../dist/core/redaction/redact.js');

process.once('message', async ({ folder, warmUp, runs }) => {
  const ending = new AbortController();
  const redactor = createRedactor([]);
  const { stdin, stderr } = process;
  const env = { ROLODESK_KEY: 'a key for the bench', HOME: folder };
  const host = { env, cwd: folder, stdin, redactor, states: createStateBackends() };
  const log = createLogger({ level: 'warn', redactor, stderr });
  // As `rolodesk serve` does.
  growYoungGeneration();
  const service = await startService({
    host,
    signal: ending.signal,
    place: placeOf(undefined, host),
    listen: undefined,
    concurrency: 1,
    log,
    runLog: log,
  });
  const [name] = service.configurations().map(({ facts }) => facts.name);
  const runOnce = async () => {
    const result = await service.requestRun(name, 'manual');
    if (result.kind !== 'ended' || result.report.outcome !== 'completed')
      throw new Error(`A run of the service ended as ${result.report?.outcome ?? result.kind}.`);
    return result.report.tallies;
  };
  for (let run = 0; run < warmUp; run += 1) await runOnce();
  const cpuAt = process.cpuUsage();
  let changes = 0;
  for (let run = 0; run < runs; run += 1) {
    const { created, updated } = await runOnce();
    changes += created + updated;
  }
  const cpu = process.cpuUsage(cpuAt);
  ending.abort();
  await service.ended;
  process.send?.({ changes, cpuMs: (cpu.user + cpu.system) / 1000 / runs }, () => process.disconnect());
});
