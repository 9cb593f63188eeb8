import { expect, test } from 'vitest';
import { runWithNotes } from '../../kit/environment/run-with-notes.ts';
import { customer, duplicatesOf, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';

/** Names and keys become ids in the addresses of requests: whatever they hold, everybody is found by theirs. */

const says = (id: number, said: object) => customer(id, { Notes: JSON.stringify(said) });
const german = (n: number): string =>
  `Müller & Söhne Gerätebau für die Oberflächenveredelung Köln-Mülheim GmbH & Co. KG ${n}`;
const japanese = (n: number): string => `株式会社東京精密機械製作所大阪営業所第${n}営業部`;

test.each([
  ['with commas', (n: number) => `Acme ${n}, Inc.`],
  ['of German companies', german],
  ['of Japanese companies', japanese],
])('a hundred organizations %s are made, found again, and renamed', async (_, nameOf) => {
  const it = await startTestEnvironment({ customers: 0 });
  const put = (named: (n: number) => string): void => {
    for (let n = 1; n <= 100; n += 1) {
      const organization = { external_id: `books:${nameOf(n).toLowerCase()}`, name: named(n) };
      it.box.quickbooks.company.upsert(says(n, { organizations: [organization] }));
    }
  };
  put(nameOf);
  expect(await runWithNotes(it)).toMatchObject({ outcome: 'completed', tallies: { created: 100 } });
  put((n) => `Renamed ${n}`);
  expect(await runWithNotes(it)).toMatchObject({ outcome: 'completed', tallies: { updated: 100 }, warnings: [] });
  const organizations = [...it.box.zendesk.organizations.byId.values()];
  expect(organizations).toHaveLength(100);
  expect(organizations.map(({ name }) => name)).toEqual(Array.from({ length: 100 }, (_, n) => `Renamed ${n + 1}`));
});

test('customers whose keys hold commas are found after a lost reply, and nobody is made twice', async () => {
  const it = await startTestEnvironment({
    customers: 0,
    more: 'mapping:\n  external_id: "{{ DisplayName }}"\n',
    zendeskFaults: [{ fault: 'reset-after', path: 'create_many', times: 1 }],
  });
  for (let n = 1; n <= 100; n += 1) it.box.quickbooks.company.upsert(customer(n, { DisplayName: `Doe ${n}, Jane` }));
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 100 } });
  expect(usersOf(it.box)).toHaveLength(100);
  expect(duplicatesOf(it.box)).toEqual([]);
});
