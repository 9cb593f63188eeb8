import { expect, test } from 'vitest';
import { customer, rehearse } from '../kit/rehearsal.ts';

/** States of a Zendesk account as a whole, which no single record can do anything about. */

test.each([
  ['moved', 'zendesk-moved', 'https://renamed.zendesk.com'],
  ['402', 'zendesk-inactive', 'The trial of this account has expired'],
  ['closed', 'zendesk-page', 'Help Center Closed'],
  ['suspended', 'zendesk-suspended', 'This account has been suspended'],
  ['ip-restricted', 'zendesk-ip-restricted', 'this IP address is not allowed'],
])("an account that is %s ends the run with exit 3, in Zendesk's own words", async (fault, code, words) => {
  const { box, run } = await rehearse({ customers: 0 });
  box.quickbooks.company.upsert(customer(1));
  box.zendesk.faults.add({ fault, path: '/api/v2/' });
  await expect(run()).rejects.toMatchObject({ code, exitCode: 3, message: expect.stringContaining(words) });
  box.zendesk.faults.clear();
  expect(await run()).toMatchObject({ outcome: 'completed', tallies: { created: 1 } });
});
