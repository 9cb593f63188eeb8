import { deepStrictEqual } from 'node:assert/strict';
import { checkCompany } from '../../kit/money/check-company.ts';
import { callsInDocs } from '../../kit/money/cost-tables.ts';
import { countCalls } from '../../kit/money/count-calls.ts';
import { killRounds } from '../../kit/shared-users/kill-rounds.ts';

/** What takes a minute or more, and no fault of a scenario's. */
export interface LongCase {
  readonly name: string;
  decide(): Promise<void>;
}

/** The one of docs/money.md. */
const whole = { customers: 10_000, invoices: 60_000, payments: 20_000 } as const;

export const companyCases: readonly LongCase[] = [
  {
    name: 'what 10,000 customers owe is written to the cent, and each event changes exactly the users that it should',
    async decide() {
      await checkCompany(whole);
    },
  },
  {
    name: 'syncs of 10,000 customers make the calls that docs/money.md says',
    async decide() {
      const { company: _, ...counted } = await countCalls(whole.customers);
      deepStrictEqual(counted, callsInDocs(whole.customers));
    },
  },
];

export const randomKills: readonly LongCase[] = [
  { name: 'kill -9 at random in ten rounds of customers that share users', decide: killRounds },
];
