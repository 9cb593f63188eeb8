import { z } from 'zod';
import type { CallContext } from '../../core/domain/context.ts';
import { createPageGuard } from '../../core/records/page-guard.ts';
import type { QuickBooksClient } from './client.ts';
import type { QuickBooksCustomer } from './customer.ts';
import { rowsPerPage } from './limits.ts';
import { idOf } from './row-id.ts';

/** References that a customer holds without a name, and the list that has the names. */
const lists = { CustomerTypeRef: 'CustomerType', SalesTermRef: 'Term' } as const;
type Listed = keyof typeof lists;

const named = z.looseObject({ Id: z.string(), Name: z.string() });

/**
 * Fills in the names of references, as far as `uses` says that somebody reads them. A list is asked for once, when the
 * first customer needs it; a parent's name costs nothing, because a sub-customer's full name holds it (recorded).
 */
export function createNames(client: Pick<QuickBooksClient, 'query'>, uses: readonly string[]) {
  const listed = (Object.keys(lists) as Listed[]).filter((reference) => isUsed(reference, uses));
  const parents = isUsed('ParentRef', uses);
  const known = new Map<Listed, ReadonlyMap<string, string>>();

  async function namesOf(reference: Listed, context: CallContext): Promise<ReadonlyMap<string, string>> {
    const names = known.get(reference) ?? (await readList(client, lists[reference], context));
    known.set(reference, names);
    return names;
  }

  async function fill(customer: QuickBooksCustomer, context: CallContext): Promise<QuickBooksCustomer> {
    let filled = customer;
    for (const reference of listed) {
      const found = customer[reference];
      if (found === undefined || found.name !== undefined) continue;
      const name = (await namesOf(reference, context)).get(found.value);
      if (name !== undefined) filled = { ...filled, [reference]: { ...found, name } };
    }
    return parents ? withParentName(filled) : filled;
  }

  return async function resolveReferenceNames(
    customers: readonly QuickBooksCustomer[],
    context: CallContext,
  ): Promise<readonly QuickBooksCustomer[]> {
    if (listed.length === 0 && !parents) return customers;
    const filled: QuickBooksCustomer[] = [];
    for (const customer of customers) filled.push(await fill(customer, context));
    return filled;
  };
}

/** Inactive ones too: customers keep them. */
async function readList(
  client: Pick<QuickBooksClient, 'query'>,
  entity: (typeof lists)[Listed],
  context: CallContext,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const guard = createPageGuard('QuickBooks');
  for (let position = 1; ; position += rowsPerPage) {
    const { rows } = await client.query(context, entity, [
      { field: 'Active', value: [true, false], operator: 'IN' },
      { field: 'asc', value: 'Id' },
      { field: 'limit', value: rowsPerPage },
      { field: 'offset', value: position },
    ]);
    for (const { Id, Name } of rows.flatMap((row) => named.safeParse(row).data ?? [])) names.set(Id, Name);
    if (rows.length < rowsPerPage) return names;
    guard(
      rows.flatMap((row) => idOf(row) ?? []),
      position + rowsPerPage,
    );
  }
}

/** Full names are `Parent:Child`, and no name may hold a colon. */
function withParentName(customer: QuickBooksCustomer): QuickBooksCustomer {
  const { ParentRef, FullyQualifiedName } = customer;
  const name = FullyQualifiedName?.split(':').at(-2);
  if (ParentRef === undefined || ParentRef.name !== undefined || name === undefined) return customer;
  return { ...customer, ParentRef: { ...ParentRef, name } };
}

/** The name itself is read, or the whole reference. */
function isUsed(reference: string, uses: readonly string[]): boolean {
  return uses.some((path) => path === reference || path === `${reference}.name`);
}
