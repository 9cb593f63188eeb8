import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Row, row } from './measure.ts';

const environment = {
  QUICKBOOKS_ID: 'id-of-our-app',
  QUICKBOOKS_SECRET: 'secret-of-our-app',
  ZENDESK_SECRET: 'secret',
};
const mebibyte = 1024 * 1024;
const lookAgainMs = 20;

/** Many configurations in one folder, none of them due: what it costs to serve them. The first start finds them all new. */
export async function measureTenants(pipelines: number): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-bench-'));
  try {
    writeConfigurations(folder, pipelines);
    const first = await serveOnce(folder);
    const again = await serveOnce(folder);
    const count = pipelines.toLocaleString('en-US');
    return [
      row(`${count} pipelines, first start: seconds to ready`, 60, first.readySeconds, 'at most'),
      row(`${count} pipelines, first start: memory, MB`, 300, first.residentBytes / mebibyte, 'at most'),
      row(`${count} pipelines, next start: seconds to ready`, 5, again.readySeconds, 'at most'),
      row(`${count} pipelines, next start: CPU seconds to ready`, 5, again.cpuSeconds, 'at most'),
      row(`${count} pipelines, next start: memory, MB`, 300, again.residentBytes / mebibyte, 'at most'),
      row(`${count} pipelines: kB of /metrics`, 100, again.metricsBytes / 1024, 'at most'),
      row(`${count} pipelines: ms of /metrics`, 100, again.metricsMs, 'at most'),
      row(`${count} pipelines: kB of state each`, 10, stateBytes(folder) / 1024 / pipelines, 'at most'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeConfigurations(folder: string, pipelines: number): void {
  mkdirSync(join(folder, 'pipelines'));
  for (let tenant = 1; tenant <= pipelines; tenant += 1)
    writeFileSync(join(folder, 'pipelines', `tenant-${tenant}.yaml`), configurationOf(tenant));
}

function configurationOf(tenant: number): string {
  return `name: tenant-${tenant}
source:
  connector: quickbooks
  clientId: \${QUICKBOOKS_ID}
  clientSecret: \${QUICKBOOKS_SECRET}
  refreshToken: refresh-token-of-tenant-${tenant}
  realmId: "${1_000_000 + tenant}"
destination:
  connector: zendesk
  subdomain: tenant-${tenant}
  auth:
    type: oauth
    clientId: rolodesk
    clientSecret: \${ZENDESK_SECRET}
schedule:
  cron: "0 0 1 1 *"
  jitter: 3600
state: ../state/tenant-${tenant}.db
policies:
  inactive: tag
`;
}

interface Served {
  readonly readySeconds: number;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly metricsBytes: number;
  readonly metricsMs: number;
}

async function serveOnce(folder: string): Promise<Served> {
  const main = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, 'serve', 'pipelines', '--quiet', '--listen', `127.0.0.1:${port}`],
    { cwd: folder, env: { ...process.env, ...environment, INIT_CWD: folder }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null) throw new Error(`The service of the bench ended with exit ${child.exitCode}.`);
      await sleep(lookAgainMs);
    }
    const readySeconds = (performance.now() - startedAt) / 1000;
    const askedAt = performance.now();
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const metricsMs = performance.now() - askedAt;
    return {
      readySeconds,
      cpuSeconds: sampleOf(metrics, 'process_cpu_seconds_total'),
      residentBytes: sampleOf(metrics, 'process_resident_memory_bytes'),
      metricsBytes: Buffer.byteLength(metrics),
      metricsMs,
    };
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  } catch {
    // It does not listen yet.
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('A server that listens has a port.');
  return address.port;
}

function sampleOf(text: string, series: string): number {
  return Number(new RegExp(`^${series} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

function stateBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && !/\.ya?ml$/.test(entry.name)) bytes += statSync(join(entry.parentPath, entry.name)).size;
  return bytes;
}
