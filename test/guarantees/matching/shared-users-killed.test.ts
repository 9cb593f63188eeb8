import { expect, test } from 'vitest';
import { customer, duplicatesOf, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';
import { resumed, undo, wholeSnapshot } from '../../kit/environment/undo-helpers.ts';
import { start } from '../../kit/processes/process.ts';

const more = `organizations: { name: CompanyName }
policies:
  sharedEmail: merge
  maxDeactivations: 1000
`;
const customers = 30;
const addresses = 6;
const rounds = 10;

/** The same numbers in each run of this test. */
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
function pictureOf({ box }: TestEnvironment): readonly string[] {
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

test('ten runs with changing addresses, killed at random, come to the end of one clean run; an undo takes the last back', {
  timeout: 300_000,
}, async () => {
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
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 5, more });
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (let id = 1; id <= customers; id += 1) {
      if (round > 0 && random(4) > 0) continue;
      people.set(id, anyPerson(id));
      upsert(it, id, people.get(id) ?? anyPerson(id));
    }
    const { child, ended } = start(['sync', '--quiet', '--json'], { cwd: it.folder });
    // After so many requests to Zendesk in this round, wherever that falls.
    const aim = it.box.zendesk.requests().total + 4 + random(20);
    const watch = setInterval(() => {
      if (it.box.zendesk.requests().total >= aim) child.kill('SIGKILL');
    }, 1);
    const { signal } = await ended;
    clearInterval(watch);
    if (signal === 'SIGKILL') killed += 1;
  }
  expect(killed).toBeGreaterThan(4);
  expect(await it.run()).toMatchObject({ outcome: 'completed', rejects: [] });
  expect(duplicatesOf(it.box)).toEqual([]);

  const clean = await startTestEnvironment({ customers: 0, more });
  for (const [id, person] of people) upsert(clean, id, person);
  await clean.run();
  expect(pictureOf(it)).toEqual(pictureOf(clean));
  expect(await it.run({ full: true })).toMatchObject({ tallies: { created: 0, updated: 0, rejected: 0 } });

  const before = wholeSnapshot(it);
  for (let id = 1; id <= customers; id += 3) upsert(it, id, anyPerson(id));
  const { run } = await it.run();
  const after = pictureOf(it);
  expect(wholeSnapshot(it)).not.toEqual(before);
  expect(await undo(it, run)).toMatchObject({ outcome: 'completed', rejects: [] });
  expect(wholeSnapshot(it)).toEqual(before);
  await resumed(it);
  await it.run({ full: true });
  expect(pictureOf(it)).toEqual(after);
});
