import type { CallContext } from '../../../core/domain/context.ts';
import type { SourceRecord } from '../../../core/domain/record.ts';
import type { ChangedRows } from '../client.ts';
import type { QuickBooksCustomer } from '../customer.ts';
import type { ReadPorts } from '../read-all.ts';
import type { Records } from '../records.ts';
import { type Position, timeOf } from '../watermark.ts';
import { customerOf } from './accounts.ts';
import { dayOf } from './calendar.ts';
import type { Families } from './families.ts';

type Customer = SourceRecord<QuickBooksCustomer>;

/**
 * Money in a read of what has changed. A balance that moves is a change of its customer, which the query for changed
 * customers finds. Three things it does not find: an edit that moves no balance, such as of a due date (change data capture
 * shows the invoice); the day, which makes an invoice late; and those above a customer whose figures hold its own.
 */
export function createMoneyChanges(
  { pages, money, timeZone }: Pick<ReadPorts, 'pages' | 'money' | 'timeZone'>,
  records: Records,
  from: Position,
) {
  const done = new Set<string>();
  let families: Promise<Families | undefined> | undefined;
  const today = (startedAt: string): string => dayOf(timeOf(startedAt), timeZone);

  async function complete(
    found: readonly Customer[],
    startedAt: string,
    context: CallContext,
  ): Promise<readonly Customer[]> {
    for (const { key } of found) done.add(key);
    if (!money || found.length === 0) return found;
    // Once a run, and only in one that has something to tell.
    families ??= money.familiesOf(context);
    const at = { today: today(startedAt), families: await families };
    const ledger = await money.of(
      found.map(({ key }) => key),
      at,
      context,
    );
    return money.withMoney(found, ledger, context);
  }

  /** Customers whose figures may have changed, of those that no page had. */
  async function touched(changes: ChangedRows, startedAt: string, context: CallContext): Promise<ReadonlySet<string>> {
    if (!money) return new Set();
    const listed = changes.other.flatMap((row) => customerOf(row) ?? []);
    const rest = changes.isWhole ? [] : await money.changedSince(from.watermark, context);
    const seen = new Set([...listed, ...rest.map(({ customer }) => customer)]);
    const day = today(startedAt);
    const byDay =
      from.day === undefined || from.day === day ? [] : await money.changedByCalendar(from.day, day, context);
    for (const id of byDay) seen.add(id);
    if (seen.size + done.size === 0) return seen;
    families ??= money.familiesOf(context);
    const known = await families;
    for (const id of [...seen, ...done]) for (const above of known?.ancestors(id) ?? []) seen.add(above);
    return seen;
  }

  return {
    kinds: money?.kinds ?? [],
    /** Money was read before by a version, or under a configuration, that kept no day. */
    isUnknownDay: money !== undefined && from.day === undefined,
    dayOf: (startedAt: string): string | undefined => (money ? today(startedAt) : undefined),
    complete,
    async *others(
      {
        changes,
        startedAt,
        merged,
      }: { readonly changes: ChangedRows; readonly startedAt: string; readonly merged: readonly Customer[] },
      context: CallContext,
    ): AsyncGenerator<readonly Customer[]> {
      const gone = new Set(merged.map(({ key }) => key));
      const wanted = [...(await touched(changes, startedAt, context))].filter((id) => !done.has(id) && !gone.has(id));
      for await (const { rows } of pages.byIds(wanted, context))
        yield await complete(await records.of(rows, context), startedAt, context);
      records.report(context);
    },
  };
}
