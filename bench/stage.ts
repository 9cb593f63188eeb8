import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunReport } from '../src/core/domain/run/run-report.ts';
import type { SandboxOptions } from '../src/sandbox/index.ts';
import type { TwinsReply, TwinsRequest } from './twins-process.ts';

export type Counts = Readonly<Record<string, number>>;

/** What `sync-process.js` is asked for. */
interface SyncRequest {
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

/** What `service-process.js` is asked for. */
interface ServiceRequest {
  readonly folder: string;
  /** Runs that do not count, and runs that do. */
  readonly warmUp: number;
  readonly runs: number;
}
interface ServiceReply {
  /** Users created or updated in the runs that count. */
  readonly changes: number;
  /** Of one run. */
  readonly cpuMs: number;
}

export interface CommandContext {
  sync(how?: { readonly full?: boolean; readonly unthrottled?: boolean }): Promise<SyncReply>;
  serve(how: Omit<ServiceRequest, 'folder'>): Promise<ServiceReply>;
  /** Requests that the twins met since the last call, by route. */
  calls(): Promise<{ readonly quickbooks: Counts; readonly zendesk: Counts; readonly jobTimes: readonly number[] }>;
  close(): Promise<void>;
}

const flags = ['--disable-warning=ExperimentalWarning'];

/** Twins and a configuration for one measurement. */
export async function setStage(options: SandboxOptions): Promise<CommandContext> {
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-bench-'));
  const twins = fork(join(import.meta.dirname, 'twins-process.ts'), { execArgv: flags });
  const ask = async (request: TwinsRequest): Promise<TwinsReply> => await exchange(twins, request);
  const { config = '' } = await ask({ ask: 'start', options });
  writeFileSync(join(folder, 'rolodesk.yaml'), config);
  return {
    async sync({ full = false, unthrottled = false } = {}) {
      const child = fork(join(import.meta.dirname, 'sync-process.js'), { execArgv: flags });
      return await exchange<SyncRequest, SyncReply>(child, { folder, full, unthrottled });
    },
    async serve(how) {
      const child = fork(join(import.meta.dirname, 'service-process.js'), { execArgv: flags });
      return await exchange<ServiceRequest, ServiceReply>(child, { folder, ...how });
    },
    async calls() {
      const { quickbooks = {}, zendesk = {}, jobTimes = [] } = await ask({ ask: 'requests' });
      return { quickbooks, zendesk, jobTimes };
    },
    async close() {
      twins.disconnect();
      await once(twins, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function exchange<Request extends object, Reply>(child: ChildProcess, request: Request): Promise<Reply> {
  const failed = new AbortController();
  const onExit = (): void => failed.abort(new Error('A process of the bench ended before it answered.'));
  child.once('exit', onExit);
  child.send(request);
  try {
    const [reply] = await once(child, 'message', { signal: failed.signal });
    return reply as Reply;
  } finally {
    child.off('exit', onExit);
  }
}

export function sum(counts: Counts, matching = /./): number {
  return Object.entries(counts)
    .filter(([route]) => matching.test(route))
    .reduce((total, [, count]) => total + count, 0);
}
