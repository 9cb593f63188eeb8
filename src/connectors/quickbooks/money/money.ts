import type { CallContext } from '../../../core/domain/context.ts';
import type { SourceRecord } from '../../../core/domain/record.ts';
import { stableJson } from '../../../core/stable-json.ts';
import type { QuickBooksClient } from '../client.ts';
import type { QuickBooksCustomer } from '../customer.ts';
import { createPages } from '../pages.ts';
import { type Account, accountsOf } from './accounts.ts';
import { type Families, readFamilies } from './families.ts';
import { isForeign, moneyOf, owedBy } from './figures.ts';
import type { MoneyNeeds } from './needs.ts';
import { createEntryReader } from './read-entries.ts';

type Customer = SourceRecord<QuickBooksCustomer>;

/** What was read of money, for some customers or for all. */
export interface Ledger {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly families: Families | undefined;
  /** In the time zone of the company. */
  readonly today: string;
}

/** Reads money and adds it to customers. */
export function createMoney(client: QuickBooksClient, needs: MoneyNeeds) {
  const entries = createEntryReader(client, needs);
  const customers = createPages(client);
  const familiesOf = async (context: CallContext): Promise<Families | undefined> =>
    needs.family ? await readFamilies(customers, context) : undefined;

  return {
    kinds: entries.kinds,
    familiesOf,
    changedSince: entries.changedSince,
    async all(today: string, context: CallContext): Promise<Ledger> {
      return { accounts: accountsOf(await entries.all(context)), families: await familiesOf(context), today };
    },
    async of(
      keys: readonly string[],
      { today, families }: Pick<Ledger, 'today' | 'families'>,
      context: CallContext,
    ): Promise<Ledger> {
      const ids = new Set(keys.flatMap((key) => [key, ...(families?.descendants(key) ?? [])]));
      return { accounts: accountsOf(await entries.of([...ids], context)), families, today };
    },
    /** Customers some of whose figures are not what they were at the end of that day, although nobody has touched them. */
    async changedByCalendar(from: string, today: string, context: CallContext): Promise<readonly string[]> {
      if (needs.daily.length === 0) return [];
      const accounts = accountsOf(await entries.open(context));
      return [...accounts].filter(([, account]) => at(account, from) !== at(account, today)).map(([id]) => id);
    },
    withMoney(records: readonly Customer[], ledger: Ledger, { warn }: Pick<CallContext, 'warn'>): Customer[] {
      return records.map((record) => {
        const { key, data } = record;
        const currency = data.CurrencyRef?.value;
        const own = ledger.accounts.get(key);
        const below = ledger.families?.descendants(key) ?? [];
        const all = [key, ...below].flatMap((id) => ledger.accounts.get(id) ?? []);
        if (all.some(({ open, credit }) => [...open, ...credit].some((item) => isForeign(item, currency)))) {
          const message =
            'Some invoices or credits are in another currency than their customer. No figure counts them.';
          warn({ code: 'money-other-currency', message });
        }
        const Money = moneyOf(own, ledger.families && all, { today: ledger.today, currency, needs });
        return { ...record, data: { ...data, Money } };
      });
    },
  };

  /** The figures that the mapping reads and that a day changes, as one text. */
  function at(account: Account, today: string): string {
    const figures = owedBy([account], { today, currency: undefined, needs: { open: true, credit: false } });
    return stableJson(needs.daily.map((name) => Reflect.get(figures, name) ?? null));
  }
}

export type MoneyReader = ReturnType<typeof createMoney>;
