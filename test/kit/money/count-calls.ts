import { withMoney } from '../../../src/cli/init/money-text.ts';
import { createMoney } from './create-money.ts';

/** How many calls of QuickBooks each kind of sync makes, with the mapping of `init --money`, without the one about the company. */
export interface CountedCalls {
  readonly first: number;
  readonly quiet: number;
  /** One customer has paid. */
  readonly changed: number;
  /** The first of a day, when nothing else has changed. */
  readonly day: number;
  /** Whose figures the day has changed. */
  readonly dayCustomers: number;
  /** The first of a day, when one customer has paid. */
  readonly night: number;
  /** Calls about the company of each of these, in this order. */
  readonly company: readonly number[];
}

const hourMs = 3_600_000;
const companyInfo = 'GET /v3/company/{id}/companyinfo/{id}';

/** Counts them at a company with six invoices and two payments a customer. */
export async function countCalls(customers: number): Promise<CountedCalls> {
  const it = await createMoney({ customers, invoices: 6 * customers, payments: 2 * customers });
  const how = { isForOrganizations: false, hasLinks: false };
  const { quickbooks } = it.box;

  /** A sync an hour later. */
  async function count(act?: () => unknown) {
    it.pass(hourMs);
    act?.();
    quickbooks.resetRequests();
    const { tallies } = await it.run();
    const { [companyInfo]: company = 0, ...others } = quickbooks.requests().byRoute;
    const data = Object.entries(others).filter(([route]) => route.startsWith('GET '));
    return { company, data: data.reduce((sum, [, calls]) => sum + calls, 0), read: tallies.read };
  }

  try {
    it.change((text) => withMoney(text.replace(/\n {2}include: .*/, ''), how));
    {
      await using pipeline = await it.pipeline();
      await pipeline.applyFields();
    }
    const debtor = [...quickbooks.money.all()].find((one) => one.kind === 'Invoice' && one.open > 0);
    if (!debtor) throw new Error('Nobody owes anything.');
    const pay = () => quickbooks.money.pay({ customer: debtor.customer, amount: 1, date: '2026-03-10' });
    const nextDay = () => it.pass(24 * hourMs);
    const first = await count();
    const changed = await count(pay);
    // Reads overlap, so the next one has the customer once more.
    await count();
    const quiet = await count();
    const day = await count(nextDay);
    const night = await count(() => {
      nextDay();
      pay();
    });
    return {
      first: first.data,
      quiet: quiet.data,
      changed: changed.data,
      day: day.data,
      dayCustomers: day.read,
      night: night.data,
      company: [first, quiet, changed, day, night].map(({ company }) => company),
    };
  } finally {
    await it.close();
  }
}
