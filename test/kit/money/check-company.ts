import { deepStrictEqual, ok } from 'node:assert/strict';
import { usersOf } from '../environment/snapshots.ts';
import { createMoney, type MoneyEnvironment } from './create-money.ts';
import { type CustomerRow, recompute } from './recompute.ts';

/**
 * Holds a company against an independent recomputation: every figure of every user to the cent; and after a payment, a void, a
 * credit memo, a deletion, a new due date and two midnights, exactly those users were written whose figures changed. Throws
 * what is wrong.
 */

export interface CompanySize {
  readonly customers: number;
  readonly invoices: number;
  readonly payments: number;
}

/** What came of it, to be shown. */
export interface CompanyChecked {
  readonly users: number;
  /** Of the first sync. */
  readonly calls: number;
  /** How many users each event changed. */
  readonly changed: Readonly<Record<string, number>>;
}

type Figures = ReturnType<ReturnType<typeof recompute>>;

const hourMs = 3_600_000;
const rowsPerPage = 1_000;
const named = ['openBalance', 'overdueAmount', 'oldestDueDate', 'bucket', 'aging', 'openInvoices', 'credit'] as const;
const lasts = [
  'lastInvoice.number',
  'lastInvoice.date',
  'lastInvoice.amount',
  'lastPayment.date',
  'lastPayment.amount',
];
/** Every figure but the one that is another each day. */
const calm = ['currency', ...named, ...named.map((name) => `withSubcustomers.${name}`), ...lasts];
const whole = [...calm, 'daysOverdue', 'withSubcustomers.daysOverdue'];

/** Into one text, so that a user is written when any of them changes. */
const mappingOf = (paths: readonly string[]): string =>
  `mapping:\n  notes: "${paths.map((path) => `{{ Money.${path}${path.endsWith('aging') ? ' | json' : ''} }}`).join('; ')}."\n`;

function textOf(figures: Figures, paths: readonly string[]): string {
  const valueAt = (path: string): unknown =>
    path.split('.').reduce<unknown>((found, name) => Reflect.get(Object(found), name), figures);
  const shown = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value ?? ''));
  return `${paths.map((path) => shown(valueAt(path))).join('; ')}.`;
}

/** The first few that differ are shown: there may be thousands. */
function assertSame(name: string, actual: ReadonlyMap<string, string>, expected: ReadonlyMap<string, string>): void {
  const differing = [...expected].filter(([key, text]) => actual.get(key) !== text).slice(0, 3);
  deepStrictEqual([name, ...differing.map(([key]) => [key, actual.get(key)])], [name, ...differing]);
  deepStrictEqual([name, actual.size], [name, expected.size]);
}

export async function checkCompany(size: CompanySize): Promise<CompanyChecked> {
  const it = await createMoney({ ...size, more: mappingOf(calm) });
  try {
    return await checkWith(it, size);
  } finally {
    await it.close();
  }
}

async function checkWith(it: MoneyEnvironment, size: CompanySize): Promise<CompanyChecked> {
  const { company, money } = it.box.quickbooks;
  const customers = Array.from({ length: size.customers }, (_, n) => company.get(String(n + 1))).flatMap(
    (row) => row ?? [],
  );
  const changed: Record<string, number> = {};
  it.pass(hourMs);
  it.box.quickbooks.resetRequests();
  const { tallies } = await it.run();
  const calls = it.box.quickbooks.requests().byRoute['GET /v3/company/{id}/query'] ?? 0;
  deepStrictEqual(calls, callsOf(it, customers));
  const users = keysOf(it);
  deepStrictEqual(tallies.created, users.length);
  let expected = textsOf(it, { customers, users, paths: calm, today: '2026-03-10' });
  assertSame('first', notesOf(it), expected);

  /** Exactly whose text changes is written, and has it then. */
  async function event(name: string, act: () => void, { paths = calm, today = '2026-03-10' } = {}): Promise<void> {
    // Longer than two reads overlap.
    it.pass(hourMs / 4);
    const since = it.now() - 1_000;
    act();
    const report = await it.run();
    const after = textsOf(it, { customers, users, paths, today });
    const differing = [...after].flatMap(([key, text]) => (expected.get(key) === text ? [] : [key]));
    assertSame(name, notesOf(it), after);
    deepStrictEqual([name, writtenSince(it, since)], [name, differing.sort()]);
    deepStrictEqual([name, report.tallies.updated], [name, differing.length]);
    changed[name] = differing.length;
    expected = after;
  }

  const [paid, voided, credited, removed, dated] = openInvoicesOf(it, { customers, users });
  ok(paid && voided && credited && removed && dated, 'The company has too few open invoices.');
  const part = [{ id: paid.id, amount: 0.01 }];
  await event('payment', () => money.pay({ customer: paid.customer, amount: 1000, date: '2026-03-10', apply: part }));
  await event('void', () => money.void(voided.id));
  await event('credit memo', () => money.credit({ customer: credited.customer, amount: 12.34, date: '2026-03-10' }));
  await event('deletion', () => money.remove(removed.id));
  await event('new due date', () => money.edit(dated.id, { dueDate: '2026-01-02' }));
  await event('nothing', () => undefined);
  await event('midnight', () => it.pass(12 * hourMs), { today: '2026-03-11' });
  ok((changed.midnight ?? 0) > 0, 'No invoice became late at midnight.');

  it.change((text) => text.replace(mappingOf(calm), mappingOf(whole)));
  await it.run();
  expected = textsOf(it, { customers, users, paths: whole, today: '2026-03-11' });
  assertSame('all figures', notesOf(it), expected);
  const next = { paths: whole, today: '2026-03-12' };
  await event('midnight with days', () => it.pass(24 * hourMs), next);
  ok((changed['midnight with days'] ?? 0) > size.customers / 10, 'Few customers were late at midnight.');
  return { users: users.length, calls, changed };
}

/** Two counts; customers and rows of money by the page, each with the last row of the one before; sub-customers likewise. */
function callsOf({ box }: MoneyEnvironment, customers: readonly CustomerRow[]): number {
  const pagesOf = (rows: number): number => 1 + Math.floor(Math.max(0, rows - 1) / (rowsPerPage - 1));
  const rowsOf = (kind: string): number => [...box.quickbooks.money.all()].filter((one) => one.kind === kind).length;
  const subs = customers.filter(({ ParentRef }) => ParentRef).length;
  const lists = [customers.length, rowsOf('Invoice'), rowsOf('Payment'), rowsOf('CreditMemo'), subs];
  return lists.reduce((sum, rows) => sum + pagesOf(rows), 2);
}

/** Keys of the customers who have a user: the others are inactive or have nothing to be known by. */
function keysOf({ box }: MoneyEnvironment): readonly string[] {
  return usersOf(box).flatMap(({ external_id: id }) => id?.split(':').at(-1) ?? []);
}

function textsOf(
  { box }: MoneyEnvironment,
  {
    customers,
    users,
    paths,
    today,
  }: {
    readonly customers: readonly CustomerRow[];
    readonly users: readonly string[];
    readonly paths: readonly string[];
    readonly today: string;
  },
): ReadonlyMap<string, string> {
  const figuresOf = recompute(box, customers, today);
  return new Map(users.map((key) => [key, textOf(figuresOf(key), paths)]));
}

function notesOf({ box }: MoneyEnvironment): ReadonlyMap<string, string> {
  return new Map(
    usersOf(box).flatMap((user) => {
      const key = user.external_id?.split(':').at(-1);
      return key === undefined ? [] : [[key, String(Reflect.get(user, 'notes') ?? '')] as const];
    }),
  );
}

function writtenSince({ box }: MoneyEnvironment, sinceMs: number): readonly string[] {
  const written = usersOf(box).filter((user) => Date.parse(String(Reflect.get(user, 'updated_at'))) >= sinceMs);
  return written.flatMap(({ external_id: id }) => id?.split(':').at(-1) ?? []).sort();
}

/** Open ones in dollars, not late yet, each of another customer that has a user and a parent that has one where there is one. */
function openInvoicesOf(
  { box }: MoneyEnvironment,
  { customers, users }: { readonly customers: readonly CustomerRow[]; readonly users: readonly string[] },
) {
  const known = new Set(users);
  const isSub = new Set(customers.flatMap(({ Id, ParentRef }) => (ParentRef ? [Id] : [])));
  const open = [...box.quickbooks.money.all()].filter(
    ({ kind, open: units, currency, customer }) =>
      kind === 'Invoice' && units > 0 && currency === 'USD' && known.has(customer),
  );
  const first = [...new Map(open.map((one) => [one.customer, one])).values()];
  // Some of a sub-customer's, whose parents change with it, and some of a customer's by itself.
  const [subs, others] = [
    first.filter((one) => isSub.has(one.customer)),
    first.filter((one) => !isSub.has(one.customer)),
  ];
  return [subs[0], subs[1], others[0], subs[2], others[1]];
}
