import { DatabaseSync } from 'node:sqlite';
import { Writable } from 'node:stream';
import { openConfigured } from '../../../src/app/open-pipeline.ts';
import { createStateBackends } from '../../../src/app/state/backends.ts';
import { createLogger } from '../../../src/cli/process/log.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { type Failpoint, failpoints } from '../../../src/core/failpoints.ts';
import { createRedactor } from '../../../src/core/redaction/redact.ts';
import { isOnPostgres, turnOfSuiteMs } from '../../kit/environment/state-of-suite.ts';
import { afterTurn, createActor } from '../scenarios/actions.ts';
import { type ScenarioName, scenarios } from '../scenarios/scenarios.ts';

/**
 * Carries out a scenario's act in this process, in the working directory's configuration, and when it has taken a step for
 * the n-th time kills the process (`dies`) or leaves no room for the state file to grow (`disk-full`):
 * `at-failpoint.ts SCENARIO STEP N WHAT`. Exit code and stderr say how the act ended.
 */
/** What was sent before a process died is known sooner than the time-out of a request. */
const requestMs = 1_000;
const [name, step, times, what] = process.argv.slice(2);
const scenario = Object.keys(scenarios).find((one): one is ScenarioName => one === name);
const fatal = failpoints.find((one) => one === step);
if (!scenario) throw new Error(`There is no scenario ${name}.`);

const databases = new Set<DatabaseSync>();
const deeds: Readonly<Record<string, () => void>> = {
  dies: () => process.kill(process.pid, 'SIGKILL'),
  'disk-full': () => {
    // Less than it has: SQLite takes that for no more than it has.
    for (const database of databases) if (database.isOpen) database.exec('PRAGMA max_page_count = 1');
  },
};
watchDatabases();

let left = Number(times);
const onFailpoint = (taken: Failpoint): void => {
  if (taken !== fatal) return;
  left -= 1;
  if (left === 0) deeds[what ?? '']?.();
};

const silent = new Writable({ write: (_, __, done) => done() });
const redactor = createRedactor([]);
const terminal = {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: silent,
  stderr: silent,
  redactor,
  states: createStateBackends({ turnMs: turnOfSuiteMs }),
  signal: new AbortController().signal,
};
const log = createLogger({ level: 'silent', redactor, stderr: silent });
const actor = createActor(
  {
    folder: terminal.cwd,
    pipeline: async (asked) =>
      await openConfigured({
        asked,
        host: terminal,
        log,
        clock: systemClock,
        signal: terminal.signal,
        ports: { onFailpoint, ...(isOnPostgres() && { replyMs: requestMs }) },
      }),
  },
  scenarios[scenario],
);
const actual = await afterTurn(() => scenarios[scenario].act(actor));
if (actual.kind === 'failed') {
  process.stderr.write(`${actual.code}\n`);
  process.exitCode = actual.exitCode;
}

/** Every database that is opened says so with its first statement: there is nobody else to ask. */
function watchDatabases(): void {
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function watched(sql) {
    databases.add(this);
    exec.call(this, sql);
  };
}
