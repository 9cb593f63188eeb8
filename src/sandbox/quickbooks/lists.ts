import { pacific } from '../seed/customers.ts';
import type { QueriedRow } from './select.ts';

/** The company's small lists, which customers refer to by id. Shapes as in Intuit's reference of CustomerType and Term. */
export function createLists(madeAt: number): Readonly<Record<string, readonly QueriedRow[]>> {
  const common = (Id: string) => ({
    SyncToken: '0',
    domain: 'QBO',
    sparse: false,
    Active: true,
    Id,
    MetaData: { CreateTime: pacific(madeAt), LastUpdatedTime: pacific(madeAt) },
  });
  const type = (Id: string, Name: string) => ({ ...common(Id), Name });
  const term = (Id: string, Name: string, DueDays: number) => ({
    ...common(Id),
    Name,
    DiscountPercent: 0,
    DiscountDays: 0,
    Type: 'STANDARD',
    DueDays,
  });
  return {
    CustomerType: [
      type('5000000000000003466', 'Gold'),
      type('5000000000000003467', 'Silver'),
      // Hidden from choice, but customers keep it.
      { ...type('5000000000000003468', 'Founding member'), Active: false },
    ],
    Term: [term('1', 'Due on receipt', 0), term('2', 'Net 15', 15), term('3', 'Net 30', 30), term('4', 'Net 60', 60)],
  };
}
