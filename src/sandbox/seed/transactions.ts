import type { Application, Transaction } from '../quickbooks/money/transaction.ts';
import { createRandom } from '../server/random.ts';

export interface MoneySeed {
  readonly customers: number;
  readonly seed: number;
  readonly invoices: number;
  readonly payments: number;
  /** The last day on which anything was written. */
  readonly todayMs: number;
  readonly currencyOf: (customer: string) => string;
}

const dayMs = 86_400_000;
/** How far back the first invoice was written. */
const historyDays = 700;
/** Days until an invoice is due, and a month in which nearly everything is paid. */
const terms = [0, 15, 30, 30, 30, 60];
/** In a thousand. */
const perThousand = { void: 8, partial: 250, unapplied: 60, creditMemo: 20, creditUsed: 500, late: 250 };

type Draft = { -readonly [K in keyof Transaction]: Transaction[K] };

/**
 * Invoices, payments and credits of a company as they come about in two years: few customers buy most, most invoices are paid
 * in the end, some in parts, some too late and some never. The same seed and day give the same ones.
 */
export function seedTransactions(options: MoneySeed): readonly Transaction[] {
  const { customers, invoices, payments } = options;
  if (customers === 0 || invoices === 0) return [];
  const drafts = createDrafts(options);
  const firstDay = Math.floor(options.todayMs / dayMs) * dayMs - historyDays * dayMs;
  const step = ((historyDays - 1) * dayMs) / invoices;
  let paid = 0;
  for (let position = 0; position < invoices; position += 1) {
    const ms = firstDay + Math.floor((position * step) / dayMs) * dayMs;
    addInvoice(drafts, ms, String(1001 + position));
    if (drafts.happens(perThousand.creditMemo)) addCreditMemo(drafts, ms);
    // As many as wanted at the end.
    while (paid < Math.floor(((position + 1) / invoices) * payments) && addPayment(drafts, ms)) paid += 1;
  }
  return drafts.all;
}

/** What was written so far, and chance. */
function createDrafts({ customers, seed, currencyOf }: MoneySeed) {
  const random = createRandom(Math.imul(seed + 1, 0x51ed270b));
  const all: Draft[] = [];
  return {
    all,
    random,
    happens: (share: number): boolean => random() * 1000 < share,
    /** Invoices that ask for something, by customer. */
    unpaid: new Map<string, Draft[]>(),
    currencyOf,
    /** The square of a chance falls mostly at the beginning: few customers buy most. */
    someCustomer: (): string => String(1 + Math.floor(random() ** 2 * customers)),
    make(
      fields: Omit<Transaction, 'id' | 'currency' | 'createdAt' | 'updatedAt' | 'version' | 'date'>,
      ms: number,
    ): Draft {
      const at = ms + dayMs / 2;
      const made: Draft = {
        ...fields,
        id: String(all.length + 1),
        currency: currencyOf(fields.customer),
        date: dayOf(ms),
        createdAt: at,
        updatedAt: at,
        version: 0,
      };
      all.push(made);
      return made;
    },
  };
}

type Drafts = ReturnType<typeof createDrafts>;

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function addInvoice({ make, unpaid, random, happens, someCustomer }: Drafts, ms: number, number: string): void {
  const customer = someCustomer();
  const isVoid = happens(perThousand.void);
  const total = isVoid ? 0 : 100 + Math.floor(random() ** 3 * 2_000_000);
  const days = terms[Math.floor(random() * terms.length)] ?? 30;
  const dueDate = dayOf(ms + days * dayMs);
  const made = make({ kind: 'Invoice', customer, number, dueDate, total, open: total, ...(isVoid && { isVoid }) }, ms);
  if (!isVoid) unpaid.set(customer, [...(unpaid.get(customer) ?? []), made]);
}

function addCreditMemo(drafts: Drafts, ms: number): void {
  const { all, make, unpaid, random, happens, someCustomer } = drafts;
  const customer = someCustomer();
  const total = 100 + Math.floor(random() * 50_000);
  const memo = make({ kind: 'CreditMemo', customer, number: `C${all.length + 1}`, total, open: total }, ms);
  const target = (unpaid.get(customer) ?? []).find(({ open }) => open > 0);
  if (!target || !happens(perThousand.creditUsed)) return;
  const units = Math.min(total, target.open);
  const payment = pay(
    drafts,
    { customer, total: 0, applied: [{ id: target.id, units }], credits: [{ id: memo.id, units }] },
    ms,
  );
  memo.open -= units;
  memo.linked = [payment.id];
}

/** Of a customer who has bought something: its oldest invoices, or a part of one, with a deposit now and then. False: nobody owes. */
function addPayment(drafts: Drafts, ms: number): boolean {
  const { unpaid, random, happens } = drafts;
  const customer = debtor(unpaid, random);
  if (customer === undefined) return false;
  const owed = (unpaid.get(customer) ?? []).filter(({ open }) => open > 0);
  const [first, ...more] = owed;
  if (!first) {
    unpaid.delete(customer);
    return addPayment(drafts, ms);
  }
  const isPart = happens(perThousand.partial);
  const paid = [first, ...(isPart ? [] : more.slice(0, Math.floor(random() * 7)))];
  const applied = paid.map(({ id, open }) => ({ id, units: isPart ? Math.ceil(open / 3) : open }));
  const extra = happens(perThousand.unapplied) ? 100 + Math.floor(random() * 10_000) : 0;
  pay(drafts, { customer, total: applied.reduce((sum, { units }) => sum + units, extra), applied }, ms);
  unpaid.set(
    customer,
    owed.filter(({ open }) => open > 0),
  );
  return true;
}

function pay(
  { all, make }: Drafts,
  fields: Pick<Transaction, 'customer' | 'total'> & {
    readonly applied: readonly Application[];
    readonly credits?: readonly Application[];
  },
  ms: number,
): Draft {
  const sum = (parts: readonly Application[] = []): number => parts.reduce((total, { units }) => total + units, 0);
  const open = fields.total + sum(fields.credits) - sum(fields.applied);
  const payment = make({ kind: 'Payment', ...fields, open }, ms);
  for (const { id, units } of fields.applied) {
    const paid = all[Number(id) - 1];
    if (!paid) continue;
    paid.open -= units;
    paid.linked = [...(paid.linked ?? []), payment.id];
    paid.updatedAt = payment.updatedAt;
    paid.version += 1;
  }
  return payment;
}

/** Someone who owes: mostly who has owed longest, now and then anybody. */
function debtor(unpaid: ReadonlyMap<string, readonly Draft[]>, random: () => number): string | undefined {
  const skip = random() * 1000 < perThousand.late ? Math.floor(random() * unpaid.size) : 0;
  let position = 0;
  for (const customer of unpaid.keys()) {
    if (position === skip) return customer;
    position += 1;
  }
  return undefined;
}
