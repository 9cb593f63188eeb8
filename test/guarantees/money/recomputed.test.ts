import { expect, test } from 'vitest';
import { checkCompany } from '../../kit/money/check-company.ts';

/** `npm run faults` does the same with 10,000 customers. */
test('every figure of a company equals a recomputation to the cent, and each event changes exactly the users that it should', async () => {
  const { changed } = await checkCompany({ customers: 400, invoices: 2_400, payments: 800 });
  expect(changed).toMatchObject({ nothing: 0, 'credit memo': 1 });
});
