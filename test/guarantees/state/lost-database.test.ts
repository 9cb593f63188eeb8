import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { duplicatesOf } from '../../kit/environment/snapshots.ts';
import { customer, startTestEnvironment, usersOf } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';
import { start } from '../../kit/processes/process.ts';
import { usePostgres } from '../../kit/state/postgres.ts';
import { startNetwork } from '../../kit/state/silent-network.ts';

const postgres = usePostgres();
const customers = 120;
/** Of the run that comes after: it waits for what may still be on its way no longer than these say. */
const soon = { turnMs: 1_000, replyMs: 1_000 };

/** A company whose first sync is in a process of its own, and was just sent to Zendesk as jobs when `lose` is called. */
async function loseDuringSync(url: string, lose: () => Promise<void> | void) {
  const it = await startTestEnvironment({
    customers: 0,
    jobLatencyMs: 300,
    state: { url, turnMs: soon.turnMs },
    ports: { replyMs: soon.replyMs },
  });
  for (let id = 1; id <= customers; id += 1) it.box.quickbooks.company.upsert(customer(id));
  const { ended } = start(['sync', '--json'], { cwd: it.folder });
  await eventually(() => usersOf(it.box).length > 0);
  await lose();
  const { code, stdout, stderr } = await ended;
  const { error } = JSON.parse(stdout);
  expect({ code, error, stderr }).toMatchObject({
    code: 4,
    error: { code: 'network', message: expect.stringContaining('postgres://127.0.0.1'), hint: expect.any(String) },
    stderr: expect.not.stringMatching(/internal error|a-database-secret/),
  });
  expect(stderr.replaceAll(/\s+/g, ' ').split(error.message)).toHaveLength(2);
  return it;
}

async function assertWhole(it: Awaited<ReturnType<typeof loseDuringSync>>): Promise<void> {
  let report = await it.run().catch((error: unknown) => error);
  // The turn of the run that was cut off has to end first.
  while (Object(report).code === 'locked') report = await it.run().catch((error: unknown) => error);
  expect(report).toMatchObject({ outcome: 'completed' });
  expect(usersOf(it.box)).toHaveLength(customers);
  expect(duplicatesOf(it.box)).toEqual([]);
  expect(await it.run({ full: true })).toMatchObject({ outcome: 'completed', tallies: { created: 0, updated: 0 } });
}

test('a database that is killed in the middle of a sync ends it with exit 4 and one message; the next sync loses and doubles nobody', {
  timeout: 120_000,
}, async () => {
  const it = await loseDuringSync(await postgres.createUrl(), () => postgres.server().crash());
  await postgres.server().restart();
  await assertWhole(it);
});

test('so does a network that goes silent, without waiting for more than the time-outs', {
  timeout: 120_000,
}, async () => {
  const url = await postgres.createUrl();
  const network = await startNetwork(url);
  const it = await loseDuringSync(`${network.url}?statement_timeout=3000&connect_timeout=1`, network.goSilent);
  writeFileSync(join(it.folder, '.env'), `ROLODESK_STATE=${url}\n`, { mode: 0o600 });
  await assertWhole(it);
});
