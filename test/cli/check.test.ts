import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/cli/handlers/check.ts';
import { commandContext } from '../kit/environment/command-context.ts';
import { customer } from '../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';

const source = 'source: { connector: json, path: people.json, account: club }\n';
const mapping = 'mapping:\n  name: name\n  phone: phone\n';

async function checked(more: string, people: readonly object[]) {
  const it = await startTestEnvironment({ customers: 0, source, more: `${more}${mapping}` });
  writeFileSync(join(it.folder, 'people.json'), JSON.stringify(people));
  const { cli, printed } = commandContext(it);
  return { code: await check(cli), text: printed(), writes: it.box.zendesk.requests() };
}

const people = Array.from({ length: 300 }, (_, n) => ({ id: n + 1, name: `Person ${n + 1}`, phone: '(650) 555-2016' }));

test('phones that all vanish for want of a country are found in a sample, and the key is proposed', async () => {
  const { code, text } = await checked('', people);
  expect(code).toBe(0);
  expect(text).toMatch(
    /! mapping: of the first 200 customers, phone \(rolodesk\.yaml:\d+\) was left out for 200 customers: .*Set country: in the configuration/,
  );
});

test('with the country there is nothing to say', async () => {
  expect((await checked('country: US\n', people)).text).not.toContain('! mapping');
});

test('a QuickBooks company has its sample too', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  it.box.quickbooks.company.upsert(customer(1, { PrimaryPhone: { FreeFormNumber: '0412 345 678' } }));
  const { cli, printed } = commandContext(it);
  expect(await check(cli)).toBe(0);
  expect(printed()).toContain("phone was left out for 1 customer: the number is not valid in the customer's country.");
});
