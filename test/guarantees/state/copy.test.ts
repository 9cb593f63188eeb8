import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import type { Link } from '../../../src/core/domain/link.ts';
import {
  customer,
  startTestEnvironment,
  type TestEnvironment,
  usersOf,
} from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';
import { rolodesk, start } from '../../kit/processes/process.ts';
import { usePostgres } from '../../kit/state/postgres.ts';

const { createUrl } = usePostgres();
const file = '.rolodesk/state.db';
/** Enough for a copy to be met in the middle of it. */
const many = 50_000;

/** Five customers that were synced, and links of many others, which the source does not show. */
async function startSynced() {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 5; id += 1) it.box.quickbooks.company.upsert(customer(id));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 5 } });
  const { pipeline, close } = await it.open();
  for (let from = 0; from < many; from += 1_000)
    await pipeline.store.apply(pipeline.id, { links: Array.from({ length: 1_000 }, (_, n) => linkOf(from + n)) });
  await close();
  return it;
}

function linkOf(n: number): Link {
  const key = `other-${n}`;
  return {
    key,
    externalId: `quickbooks:other:${n}`,
    destinationId: String(9_000_000 + n),
    origin: 'created',
    sent: { name: `Other ${n}`, details: 'x'.repeat(100) },
    writtenAt: n,
    deactivated: 'tag',
  };
}

async function copy({ folder }: TestEnvironment, from: string, to: string, ...more: readonly string[]) {
  const { code, stdout, stderr } = await rolodesk(['state', 'copy', from, to, ...more, '--json'], {
    cwd: folder,
    env: variables,
  });
  expect(stdout + stderr).not.toContain('a-database-secret');
  return { code, ...JSON.parse(stdout) };
}

let variables: Readonly<Record<string, string>> = {};

/** Starts a copy and kills it once some of it is there. */
async function killInTheMiddle({ folder }: TestEnvironment, url: string): Promise<void> {
  const { child, ended } = start(['state', 'copy', file, '${DATABASE}'], { cwd: folder, env: variables });
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  onTestFinished(() => pool.end());
  await eventually(async () => {
    const { rows } = await pool.query<{ n: string }>('SELECT count(*) AS n FROM rolodesk.links');
    return Number(rows[0]?.n) > 0;
  });
  child.kill('SIGKILL');
  expect((await ended).signal).toBe('SIGKILL');
}

test('a copy to a database that is killed in the middle is continued; the next sync writes nothing; and so is the way back', async () => {
  const it = await startSynced();
  const url = await createUrl();
  variables = { DATABASE: url };
  await killInTheMiddle(it, url);
  let there = await copy(it, file, '${DATABASE}');
  // The turn of the process that was killed has to end first.
  while (there.error?.code === 'locked') there = await copy(it, file, '${DATABASE}');
  expect(there).toMatchObject({
    code: 0,
    pipelines: [{ isResumed: true, isUnchanged: false, rows: { links: many + 5, runs: 1 } }],
    credentials: 2,
  });
  expect(await copy(it, file, '${DATABASE}')).toMatchObject({ code: 0, pipelines: [{ isUnchanged: true }] });

  writeFileSync(join(it.folder, '.env'), `ROLODESK_STATE=${url}\n`, { mode: 0o600 });
  const before = JSON.stringify(usersOf(it.box));
  it.box.quickbooks.resetRequests();
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 0, updated: 0 } });
  expect(JSON.stringify(usersOf(it.box))).toBe(before);
  // What has changed, and not the list of all customers.
  expect(it.box.quickbooks.requests().byRoute).toMatchObject({ 'GET /v3/company/{id}/cdc': 1 });

  expect(await copy(it, '${DATABASE}', 'back.db')).toMatchObject({
    code: 0,
    pipelines: [{ isResumed: false, rows: { links: many + 5, runs: 2 } }],
  });
  writeFileSync(join(it.folder, '.env'), 'ROLODESK_STATE=back.db\n', { mode: 0o600 });
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 0, updated: 0 } });
  expect(JSON.stringify(usersOf(it.box))).toBe(before);
}, 300_000);

test('a copy is refused to itself, from nothing, over another state, and while a run is in flight', async () => {
  const it = await startTestEnvironment({ customers: 3 });
  await it.run();
  variables = { DATABASE: await createUrl() };
  expect(await copy(it, file, file)).toMatchObject({ code: 2, error: { code: 'usage' } });
  expect(await copy(it, 'nothing.db', '${DATABASE}')).toMatchObject({ code: 2, error: { code: 'usage' } });
  expect(await copy(it, file, '${DATABASE}', '--pipeline', 'nobody')).toMatchObject({
    code: 2,
    error: { code: 'usage' },
  });
  const { close } = await it.open();
  expect(await copy(it, file, '${DATABASE}')).toMatchObject({ code: 6, error: { code: 'locked' } });
  await close();
  expect(await copy(it, file, '${DATABASE}', '--all')).toMatchObject({ code: 0, credentials: 2 });
  await it.run();
  expect(await copy(it, file, '${DATABASE}')).toMatchObject({ code: 6, error: { code: 'state-copy' } });
});
