import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { LongCallOptions, OpenedPipeline } from '../../../src/app/create-pipeline.ts';
import type { ConfigSource } from '../../../src/app/host.ts';
import { openConfigured } from '../../../src/app/open-pipeline.ts';
import type { RetryOptions, SyncOptions } from '../../../src/app/operations/sync.ts';
import { open } from '../../../src/app/pipeline/compose.ts';
import type { OpenOptions } from '../../../src/app/pipeline/pipeline-parts.ts';
import type { RunProgressEvent } from '../../../src/app/progress-event.ts';
import { readSettings } from '../../../src/app/settings.ts';
import { createStateBackends } from '../../../src/app/state/backends.ts';
import { createLogger } from '../../../src/cli/process/log.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { defined } from '../../../src/core/defined.ts';
import type { RunReport } from '../../../src/core/domain/run/run-report.ts';
import { createRedactor } from '../../../src/core/redaction/redact.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.ts';
import { testKey } from '../test-key.ts';
import { stateOfSuite } from './state-of-suite.ts';

/** No waiting for a pace of ours. */
const fast = { concurrent: 10 };

export interface TestEnvironment {
  readonly box: Sandbox;
  readonly folder: string;
  readonly terminal: Terminal;
  /** Everything that was logged, at the most talkative level. */
  logged(): string;
  configure(more: string): void;
  /** A sync, or a retry, of the library's pipeline. */
  run(options?: RunChoice): Promise<RunReport>;
  /**
   * The library's pipeline. It is opened by what `openPipeline` calls itself, so that the test can also pass what users
   * can't: time-outs, rate limits, failpoints. `asked`: the configuration itself, in place of the file.
   */
  pipeline(asked?: ConfigSource): Promise<OpenedPipeline>;
  /**
   * The parts of a pipeline, with its store, and the lease while they are open. Only for tests that look at or prepare
   * stored state that no method of the pipeline shows or makes, or that replace one of the parts.
   */
  open(): ReturnType<typeof open>;
}

/** What a sync or a retry is asked for. */
export type RunChoice = (({ readonly kind?: 'sync' } & SyncOptions) | ({ readonly kind: 'retry' } & RetryOptions)) &
  LongCallOptions<RunProgressEvent>;

/** A sync or a retry of a pipeline that is closed afterwards. */
export async function runOnce(opening: Promise<OpenedPipeline>, options: RunChoice = {}): Promise<RunReport> {
  await using pipeline = await opening;
  return await (options.kind === 'retry' ? pipeline.retry(options) : pipeline.sync(options));
}

export interface EnvironmentOptions extends SandboxOptions {
  /** Added at the end of the configuration. */
  readonly more?: string;
  /** A `source:` block in place of the QuickBooks twin's. */
  readonly source?: string;
  /** The URL of a database, in place of a file. A worker that was killed loses its turn after `turnMs`. */
  readonly state?: { readonly url: string; readonly turnMs?: number } | undefined;
  /** In place of what the pipeline has by itself. */
  readonly ports?: Pick<OpenOptions, 'clock' | 'replyMs' | 'sourceLimits' | 'onFailpoint'>;
}

/** A sandbox and a configuration in a folder of its own. Whoever asks for it closes it. */
export async function createEnvironment(
  options: EnvironmentOptions = {},
): Promise<TestEnvironment & { close(): Promise<void> }> {
  const { more = '', source, ports, state = await stateOfSuite(), ...twins } = options;
  const box = await startSandbox({ jobLatencyMs: 5, ...twins });
  const folder = mkdtempSync(join(temporaryRoot(), 'rolodesk-test-'));
  let log = '';
  const stderr = new Writable({
    write(chunk, _, done) {
      log += String(chunk);
      done();
    },
  });
  const redactor = createRedactor([]);
  const terminal: Terminal = {
    env: { ROLODESK_KEY: testKey, HOME: folder },
    cwd: folder,
    stdin: process.stdin,
    stdout: stderr,
    stderr,
    redactor,
    states: createStateBackends({ ...defined({ turnMs: state?.turnMs }) }),
    signal: new AbortController().signal,
  };
  const configure = (added: string): void => {
    const text = box.configText(added);
    const own = source === undefined ? text : `${source}\n${text.slice(text.indexOf('destination:'))}`;
    writeFileSync(join(folder, 'rolodesk.yaml'), own);
  };
  configure(more);
  // Processes that a test starts find it as well.
  if (state) writeFileSync(join(folder, '.env'), `ROLODESK_STATE=${state.url}\n`, { mode: 0o600 });
  const logger = createLogger({ level: 'debug', redactor, stderr });
  async function pipeline(asked?: ConfigSource): Promise<OpenedPipeline> {
    const { clock = systemClock, ...others } = ports ?? {};
    return await openConfigured({
      asked,
      host: terminal,
      log: logger,
      clock,
      signal: terminal.signal,
      ports: { sourceLimits: fast, ...others },
    });
  }

  return {
    box,
    folder,
    terminal,
    logged: () => log,
    configure,
    async open() {
      const settings = await readSettings({ asked: undefined, host: terminal });
      const how = { write: true, online: true, sourceLimits: fast, ...ports } as const;
      return await open({ ...how, settings, host: terminal, log: logger, signal: terminal.signal });
    },
    pipeline,
    run: async (options) => await runOnce(pipeline(), options),
    async close() {
      await box.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A folder in memory where there is one: kill -9 does not tell it from a disk, and flushing costs nothing. */
function temporaryRoot(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}
