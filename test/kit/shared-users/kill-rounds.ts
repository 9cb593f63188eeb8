import { deepStrictEqual, notDeepStrictEqual, ok } from 'node:assert/strict';
import { systemClock } from '../../../src/core/clock.ts';
import { RolodeskError } from '../../../src/core/domain/errors.ts';
import { createEnvironment, type RunChoice, type TestEnvironment } from '../environment/create-environment.ts';
import { customer, duplicatesOf, usersOf } from '../environment/snapshots.ts';
import { isOnPostgres } from '../environment/state-of-suite.ts';
import { resumed, undo, wholeSnapshot } from '../environment/undo-helpers.ts';
import { type Ended, start } from '../processes/process.ts';

/**
 * Ten rounds in which customers change their addresses, come and go, each with a sync that is killed at random; then what one
 * clean run makes of the same customers must be there, and an undo must take the last run back. Throws what is wrong.
 */

const more = `organizations: { name: CompanyName }
policies:
  sharedEmail: merge
  maxDeactivations: 1000
`;
const customers = 30;
const addresses = 6;
const rounds = 10;
const fewestKills = 5;

/** The same numbers each time. */
function randomNumbers(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

interface Person {
  readonly email: string;
  readonly phone: string;
  readonly active: boolean;
}

function upsert(it: TestEnvironment, id: number, { email, phone, active }: Person): void {
  it.box.quickbooks.company.upsert(
    customer(id, {
      PrimaryEmailAddr: { Address: email },
      PrimaryPhone: { FreeFormNumber: phone },
      CompanyName: `Company ${id}`,
      Active: active,
    }),
  );
}

/** Everything of the users that customers have now, but ids, times, and whose external id it is. */
function usersNow({ box }: TestEnvironment): readonly string[] {
  const { byId, membershipsOf } = box.zendesk.organizations;
  return usersOf(box)
    .filter((user) => user.active && user.email !== null && !user.tags.includes('quickbooks-inactive'))
    .map(({ id, name, email, phone, tags }) => {
      const companies = membershipsOf(id).map(
        (one) => `${byId.get(one.organization_id)?.name}${one.default ? '*' : ''}`,
      );
      const emails = box.zendesk.users.identitiesOf(id).map(({ value }) => value);
      return JSON.stringify({ email, name, phone, tags, companies: companies.sort(), emails: emails.sort() });
    })
    .sort();
}

export async function killRounds(): Promise<void> {
  const it = await createEnvironment({ customers: 0, jobLatencyMs: 5, more });
  const clean = await createEnvironment({ customers: 0, more });
  try {
    await killAndCompare(it, clean);
  } finally {
    await it.close();
    await clean.close();
  }
}

async function killAndCompare(it: TestEnvironment, clean: TestEnvironment): Promise<void> {
  const random = randomNumbers(14);
  const people = new Map<number, Person>();
  const anyPerson = (id: number): Person => {
    const own = random(4) === 0;
    return {
      email: own ? `own${id}@example.com` : `shared${random(addresses)}@example.com`,
      phone: `(650) 555-0${100 + random(99)}`,
      active: random(6) > 0,
    };
  };
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (let id = 1; id <= customers; id += 1) {
      if (round > 0 && random(4) > 0) continue;
      people.set(id, anyPerson(id));
      upsert(it, id, people.get(id) ?? anyPerson(id));
    }
    // After so many requests to Zendesk in this round, wherever that falls.
    const { signal, code, stderr } = await killedAfter(it, 4 + random(20));
    ok(signal === 'SIGKILL' || code === 0, `A sync ended with exit ${code}: ${stderr}`);
    if (signal === 'SIGKILL') killed += 1;
  }
  ok(killed >= fewestKills, `Only ${killed} syncs were killed.`);
  const { outcome, rejects } = await runWhenFree(it);
  deepStrictEqual([outcome, rejects, duplicatesOf(it.box)], ['completed', [], []]);

  for (const [id, person] of people) upsert(clean, id, person);
  await clean.run();
  deepStrictEqual(usersNow(it), usersNow(clean));
  const { created, updated, rejected } = (await it.run({ full: true })).tallies;
  deepStrictEqual([created, updated, rejected], [0, 0, 0]);

  const before = wholeSnapshot(it);
  for (let id = 1; id <= customers; id += 3) upsert(it, id, anyPerson(id));
  const { run } = await it.run();
  const after = usersNow(it);
  notDeepStrictEqual(wholeSnapshot(it), before);
  const undone = await undo(it, run);
  deepStrictEqual([undone.outcome, undone.rejects], ['completed', []]);
  deepStrictEqual(wholeSnapshot(it), before);
  await resumed(it);
  await it.run({ full: true });
  deepStrictEqual(usersNow(it), after);
}

/** A sync in a process of its own that dies after so many requests to Zendesk, or ends before. */
async function killedAfter(it: TestEnvironment, requests: number): Promise<Ended> {
  return await whenFree(
    async () => {
      const { child, ended } = start(['sync', '--quiet', '--json'], { cwd: it.folder });
      const aim = it.box.zendesk.requests().total + requests;
      const watch = setInterval(() => {
        if (it.box.zendesk.requests().total >= aim) child.kill('SIGKILL');
      }, 1);
      const result = await ended;
      clearInterval(watch);
      return result;
    },
    ({ stdout }) => stdout.includes('"locked"'),
  );
}

async function runWhenFree(it: TestEnvironment, options?: RunChoice) {
  const attempt = async () => {
    try {
      return await it.run(options);
    } catch (error) {
      if (error instanceof RolodeskError && error.code === 'locked') return undefined;
      throw error;
    }
  };
  const report = await whenFree(attempt, (found) => found === undefined);
  ok(report, 'The turn of a process that was killed did not end.');
  return report;
}

/** In a database the turn of a process that was killed ends when it has not beaten for a while. */
async function whenFree<T>(work: () => Promise<T>, isLocked: (result: T) => boolean): Promise<T> {
  for (let left = 60; ; left -= 1) {
    const result = await work();
    if (!isOnPostgres() || !isLocked(result) || left === 0) return result;
    await systemClock.sleep(500);
  }
}
