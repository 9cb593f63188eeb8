import type { CallContext } from '../../core/domain/context.ts';
import type { SourceRecord } from '../../core/domain/record.ts';
import { createTolerantReader } from '../../core/records/tolerant-reader.ts';
import type { QuickBooksClient } from './client.ts';
import { customerSchema, type QuickBooksCustomer, requiredFields } from './customer.ts';
import { createNames } from './names.ts';
import { idOf } from './row-id.ts';

export interface RecordOptions {
  /** As `SourceOptions` has it. */
  readonly uses: readonly string[];
  /** Of a customer's page in QuickBooks. Undefined where that is not known. */
  linkOf(id: string): string | undefined;
}

/** Makes records of rows, in one read. A row that is not a customer is left out, and reported at the end. */
export function createRecords(client: Pick<QuickBooksClient, 'query'>, { uses, linkOf }: RecordOptions) {
  const resolveReferenceNames = createNames(client, uses);
  const hasFields = readsCustomFields(uses);
  const hasLink = uses.includes('Link');
  const reader = createTolerantReader({
    schema: customerSchema,
    required: requiredFields,
    system: 'QuickBooks',
    entity: 'Customer',
    keyOf: idOf,
  });
  return {
    async of(rows: readonly unknown[], context: CallContext): Promise<SourceRecord<QuickBooksCustomer>[]> {
      const customers = await resolveReferenceNames(reader.read(rows), context);
      return customers.map((customer) => {
        const fields = hasFields ? withCustomFields(customer) : customer;
        const Link = hasLink ? linkOf(customer.Id) : undefined;
        return toRecord(Link === undefined ? fields : { ...fields, Link });
      });
    },
    report: reader.report,
  };
}

export type Records = ReturnType<typeof createRecords>;

/** Whether the mapping names a field that only `include=enhancedAllCustomFields` brings. */
export function readsCustomFields(uses: readonly string[]): boolean {
  return uses.some((path) => /^CustomFields?\b/.test(path));
}

/** By their label and by the id of their definition: QuickBooks lists them in any order, and leaves out what is empty. */
function withCustomFields(customer: QuickBooksCustomer): QuickBooksCustomer {
  const entries = (customer.CustomField ?? []).flatMap(
    ({ DefinitionId, Name, StringValue, NumberValue, DateValue, BooleanValue }) => {
      const value = StringValue ?? NumberValue ?? DateValue ?? BooleanValue;
      return value === undefined
        ? []
        : [DefinitionId, Name].flatMap((name) => (name === undefined ? [] : [[name, value] as const]));
    },
  );
  return { ...customer, CustomFields: Object.fromEntries(entries) };
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
