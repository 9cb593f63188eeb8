import type { QuickBooksConfig } from '../config.ts';

/** What the mapping reads of money, as far as reading it costs calls. */
export interface MoneyNeeds {
  /** What is owed, and since when. */
  readonly open: boolean;
  readonly credit: boolean;
  readonly lastInvoice: boolean;
  readonly lastPayment: boolean;
  /** The same of a customer and all below it. */
  readonly family: boolean;
  /** Figures that change from one day to the next although nobody pays: paths below `Money`. */
  readonly daily: readonly string[];
}

const dailyFigures = ['overdueAmount', 'daysOverdue', 'bucket', 'aging'];
const openFigures = ['openBalance', 'oldestDueDate', 'openInvoices', ...dailyFigures];

/** Undefined: nothing is read. A path may name a figure, a part of one, or the whole that holds it. */
export function moneyNeeds(
  { include }: Pick<QuickBooksConfig, 'include'>,
  uses: readonly string[],
): MoneyNeeds | undefined {
  const paths = uses.filter((path) => path === 'Money' || path.startsWith('Money.'));
  const reads = (...names: readonly string[]): boolean =>
    names.some((name) =>
      paths.some((path) => path === name || path.startsWith(`${name}.`) || name.startsWith(`${path}.`)),
    );
  const isOverdue = include.includes('overdue');
  const isLast = include.includes('lastInvoice');
  const both = (name: string): readonly string[] => [`Money.${name}`, `Money.withSubcustomers.${name}`];
  const needs = {
    open: isOverdue && reads(...openFigures.flatMap(both)),
    credit: isOverdue && reads(...both('credit')),
    lastInvoice: isLast && reads('Money.lastInvoice'),
    lastPayment: isLast && reads('Money.lastPayment'),
  };
  if (!Object.values(needs).includes(true) && !reads('Money.currency')) return undefined;
  return {
    ...needs,
    family: isOverdue && reads('Money.withSubcustomers'),
    daily: isOverdue ? dailyFigures.filter((name) => reads(...both(name))) : [],
  };
}

/** Why a path that a record may have is absent from all of them: what the configuration does not include. */
export function lackingInclude({ include }: Pick<QuickBooksConfig, 'include'>, path: readonly string[]) {
  const [first, second] = path;
  if (first !== 'Money') return undefined;
  const wanted = second === 'lastInvoice' || second === 'lastPayment' ? 'lastInvoice' : 'overdue';
  const isThere = second === undefined || second === 'currency' ? include.length > 0 : include.includes(wanted);
  return isThere ? undefined : `${path.join('.')} is read where source.include names ${wanted}`;
}
