import type { CallContext } from '../../core/domain/context.ts';
import type { SourceRecord } from '../../core/domain/record.ts';
import { createTolerantReader } from '../../core/records/tolerant-reader.ts';
import type { QuickBooksClient } from './client.ts';
import { customerSchema, idOf, type QuickBooksCustomer, requiredFields } from './customer.ts';
import { createNames } from './names.ts';

/** Makes records of rows, in one read. A row that is not a customer is left out, and reported at the end. */
export function createRecords(client: Pick<QuickBooksClient, 'query'>, uses: readonly string[]) {
  const resolveReferenceNames = createNames(client, uses);
  const reader = createTolerantReader({
    schema: customerSchema,
    required: requiredFields,
    system: 'QuickBooks',
    entity: 'Customer',
    keyOf: idOf,
  });
  return {
    async of(rows: readonly unknown[], context: CallContext): Promise<SourceRecord<QuickBooksCustomer>[]> {
      return (await resolveReferenceNames(reader.read(rows), context)).map(toRecord);
    },
    report: reader.report,
  };
}

function toRecord(customer: QuickBooksCustomer): SourceRecord<QuickBooksCustomer> {
  const updated = Date.parse(customer.MetaData?.LastUpdatedTime ?? '');
  return {
    key: customer.Id,
    data: customer,
    state: customer.Active === false ? 'inactive' : 'active',
    ...(!Number.isNaN(updated) && { updatedAt: new Date(updated) }),
    ...(customer.ParentRef && { after: customer.ParentRef.value }),
  };
}
