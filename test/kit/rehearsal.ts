import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { open } from '../../src/cli/compose.ts';
import { createLogger } from '../../src/cli/log.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { runPipeline } from '../../src/core/pipeline/run.ts';
import type { RunOptions } from '../../src/core/pipeline/types.ts';
import { createRedactor } from '../../src/core/redact.ts';
import type { RunReport } from '../../src/core/report/report.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';

const fast = { perSecond: 10_000, perMinute: 600_000, concurrent: 10 };

export interface Rehearsal {
  readonly box: Sandbox;
  readonly folder: string;
  readonly terminal: Terminal;
  /** Everything that was logged, at the most talkative level. */
  logged(): string;
  configure(more: string): void;
  run(options?: Partial<RunOptions>): Promise<RunReport>;
  open(): ReturnType<typeof open>;
}

export interface RehearsalOptions extends SandboxOptions {
  /** Added at the end of the configuration. */
  readonly more?: string;
  /** A `source:` block in place of the QuickBooks twin's. */
  readonly source?: string;
}

/** A sandbox and a configuration in a folder of its own, all gone when the test is. */
export async function rehearse(options: RehearsalOptions = {}): Promise<Rehearsal> {
  const box = await startSandbox({ jobLatencyMs: 5, ...options });
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-test-'));
  onTestFinished(async () => {
    await box.close();
    rmSync(folder, { recursive: true, force: true });
  });
  let log = '';
  const stderr = new Writable({
    write(chunk, _, done) {
      log += String(chunk);
      done();
    },
  });
  const redactor = createRedactor([]);
  const env = { ROLODESK_KEY: 'a test key', HOME: folder };
  const terminal: Terminal = {
    env,
    cwd: folder,
    stdin: process.stdin,
    stdout: stderr,
    stderr,
    redactor,
    signal: new AbortController().signal,
  };
  const configure = (more: string): void => {
    const text = box.configText(more);
    const own = options.source === undefined ? text : `${options.source}\n${text.slice(text.indexOf('destination:'))}`;
    writeFileSync(join(folder, 'rolodesk.yaml'), own);
  };
  configure(options.more ?? '');
  const openOnce = () =>
    open({
      asked: undefined,
      terminal,
      log: createLogger({ level: 'debug', redactor, stderr }),
      signal: terminal.signal,
      write: true,
      online: true,
      sourceLimits: fast,
    });
  return {
    box,
    folder,
    terminal,
    logged: () => log,
    configure,
    open: openOnce,
    async run(how = {}) {
      const opened = await openOnce();
      try {
        return await runPipeline(opened.pipeline, { kind: 'sync', signal: terminal.signal, ...how });
      } finally {
        await opened.close();
      }
    },
  };
}

export interface ShownUser {
  readonly id: number;
  readonly name: string;
  readonly email: string | null;
  readonly external_id: string | null;
  readonly role: string;
  readonly active: boolean;
  readonly phone: string | null;
  readonly tags: readonly string[];
}

export function usersOf(box: Sandbox): ShownUser[] {
  box.zendesk.settleJobs();
  return [...box.zendesk.users.byId.values()];
}

/** The picture that must be the same however often a run was interrupted: everything but ids and times. */
export function pictureOf(box: Sandbox): string[] {
  return usersOf(box)
    .filter(({ active }) => active)
    .map(({ name, email, external_id, phone, tags, role }) =>
      JSON.stringify({ external_id, email, name, phone, tags, role }),
    )
    .sort();
}

export function duplicatesOf(box: Sandbox): string[] {
  const seen = new Map<string, number>();
  for (const user of usersOf(box).filter(({ active }) => active)) {
    for (const value of [user.external_id, user.email])
      if (value) seen.set(value.toLowerCase(), (seen.get(value.toLowerCase()) ?? 0) + 1);
  }
  return [...seen].filter(([, count]) => count > 1).map(([value]) => value);
}

export const idOf = (key: string | number): string => `quickbooks:9130357992221046:${key}`;

export function userOf(box: Sandbox, key: string | number): ShownUser | undefined {
  return usersOf(box).find(({ external_id }) => external_id === idOf(key));
}

/** A plain customer, with everything that tests do not care about left out. */
export function customer(id: number, fields: Readonly<Record<string, unknown>> = {}) {
  return {
    Id: String(id),
    DisplayName: `Customer ${id}`,
    PrimaryEmailAddr: { Address: `c${id}@example.com` },
    ...fields,
  };
}

export function sumOf({ tallies }: RunReport): number {
  const { created, updated, unchanged, skipped, rejected } = tallies;
  return created + updated + unchanged + skipped + rejected;
}
