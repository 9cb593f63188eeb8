import type { CommandContext } from './actions.ts';
import { type Scenario, sync } from './scenario.ts';
import { mail, put, putPages, settled } from './setups.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const long = { ago: '2024-01-05', ahead: '2099-12-31' } as const;

/** Each figure that costs calls of its own, and none that depends on how many days ago something was. */
const fields = {
  open_balance: ['decimal', 'Money.openBalance'],
  overdue_amount: ['decimal', 'Money.overdueAmount'],
  aging: ['text', 'Money.bucket'],
  credit: ['decimal', 'Money.credit'],
  family_balance: ['decimal', 'Money.withSubcustomers.openBalance'],
  last_invoice: ['text', 'Money.lastInvoice.number'],
  last_payment: ['decimal', 'Money.lastPayment.amount'],
} as const;

const money = {
  twins: { timeZone: 'America/New_York' },
  moreOfSource: '  include: [overdue, lastInvoice]\n',
  more: `mapping:\n  user_fields:\n${Object.entries(fields)
    .map(([key, [, path]]) => `    ${key}: ${path}\n`)
    .join('')}`,
  act: sync(),
} as const;

/** Three generations and three customers by themselves, with open, late, paid and credited invoices. */
function company(cli: CommandContext) {
  for (const [key, [type]] of Object.entries(fields)) cli.box.zendesk.customFields.define({ key, type, title: key });
  const { money: books } = cli.box.quickbooks;
  put(cli, 1, 6);
  put(cli, 2, 3, (id) => ({ Job: true, ParentRef: { value: String(id - 1) } }));
  const invoice = (id: number, amount: number, due: string) =>
    books.invoice({ customer: String(id), amount, date: '2024-01-01', due, number: `N${id}` });
  const late = [1, 2, 3, 4].map((id) => invoice(id, 100 + id / 10, long.ago));
  const open = [4, 5, 6].map((id) => invoice(id, 10.1, long.ahead));
  books.pay({ customer: '4', amount: 50, date: '2024-02-01', apply: [{ id: late[3]?.id ?? '', amount: 40.5 }] });
  books.credit({ customer: '5', amount: 7.25, date: '2024-02-01' });
  // Longer than two reads overlap: nobody is read again for having just been made.
  cli.clock.pass(hourMs);
  return { late, open, books, invoice };
}

async function settledCompany(cli: CommandContext) {
  const made = company(cli);
  await settled(cli);
  return made;
}

/** What customers owe, as it is read with them. */
export const moneyScenarios = {
  moneyFirst: {
    ...money,
    title: 'a first sync with what customers owe',
    prepare: async (cli) => void company(cli),
  },
  money: {
    ...money,
    title: 'a payment, a void, a credit, a deletion and a new due date',
    prepare: async (cli) => {
      const { late, open, books } = await settledCompany(cli);
      books.pay({ customer: '4', amount: 20, date: '2024-03-01', apply: [{ id: late[3]?.id ?? '', amount: 20 }] });
      books.void(open[2]?.id ?? '');
      books.credit({ customer: '1', amount: 3, date: '2024-03-01' });
      // Its parents have a part of it.
      books.remove(late[2]?.id ?? '');
      // No balance moves: only change data capture shows it.
      books.edit(open[1]?.id ?? '', { dueDate: long.ago });
    },
  },
  moneyDay: {
    ...money,
    title: 'a day that makes invoices late',
    prepare: async (cli) => {
      const { invoice } = company(cli);
      const today = new Date(cli.clock.serverNow()).toISOString().slice(0, 10);
      for (const id of [3, 5, 6]) invoice(id, 20, today);
      cli.clock.pass(hourMs);
      await settled(cli);
      cli.clock.pass(2 * dayMs);
    },
  },
  moneyCrowded: {
    ...money,
    title: 'more changes of invoices than change data capture has room for',
    prepare: async (cli) => {
      const { books, invoice } = company(cli);
      const many = Array.from({ length: 1_005 }, () => invoice(6, 0.01, long.ahead));
      cli.clock.pass(hourMs);
      await settled(cli);
      for (const { id } of many) books.edit(id, { dueDate: long.ago });
      books.pay({ customer: '5', amount: 5, date: '2024-03-01' });
      books.credit({ customer: '1', amount: 3, date: '2024-03-01' });
      cli.box.quickbooks.company.remove('4');
    },
  },
  moneyChanges: {
    ...money,
    title: 'three pages of changes, with what customers owe',
    prepare: manyDebtors(3),
  },
  moneySlow: {
    ...money,
    title: 'two pages of changes, with what customers owe, read slowly',
    isReadSlowly: true,
    prepare: manyDebtors(2),
  },
} satisfies Record<string, Scenario>;

function manyDebtors(pages: number) {
  return async (cli: CommandContext): Promise<void> => {
    const { invoice, books } = await settledCompany(cli);
    putPages(cli, pages, 10);
    put(cli, 1, 1, () => mail('moved@example.org'));
    for (const id of [1, 10, 50, 114]) invoice(id, id, long.ago);
    books.pay({ customer: '11', amount: 5, date: '2024-03-01' });
    books.credit({ customer: '12', amount: 3, date: '2024-03-01' });
  };
}
