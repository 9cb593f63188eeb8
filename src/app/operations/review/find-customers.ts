import type { Json } from '../../../core/domain/json.ts';
import type { CustomerSearch } from '../../../core/state/review-store.ts';
import type { PipelineParts } from '../../pipeline/pipeline-parts.ts';
import { type OperationContext, readOnly, withParts } from '../context.ts';
import { hasData } from '../names.ts';
import type { PageOptions } from './runs.ts';

/** A customer that the state knows. Contains customer data. */
export interface FoundCustomer {
  readonly key: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly destinationId: string | undefined;
  readonly standing: 'linked' | 'deactivated' | 'rejected' | 'waiting';
  readonly code?: string;
  /** Whether the next sync decides again what waits, or tries again what was rejected. */
  readonly isDue: boolean;
}

export interface FoundCustomers {
  readonly customers: readonly FoundCustomer[];
  /** Where the search goes on; undefined at the end. */
  readonly next: string | undefined;
}

/** A text that stands in many records, but in no name or address, ends a page early: not the whole state is read at once. */
const maxRounds = 5;

/** Customers by key, user id, name or address. */
export async function findCustomers(
  context: OperationContext,
  search: CustomerSearch,
  { after = '', limit }: PageOptions,
): Promise<FoundCustomers> {
  return await withParts(context, readOnly, async (parts) => {
    const { store, id } = parts.pipeline;
    const customers: FoundCustomer[] = [];
    let from = after;
    for (let round = 0; round < maxRounds; round += 1) {
      const keys = await store.customerKeys(id, { search, after: from, limit });
      for (const customer of await describe(parts, keys)) {
        if (!isMeant(customer, search)) continue;
        if (customers.length === limit) return { customers, next: customers.at(-1)?.key };
        customers.push(customer);
      }
      if (keys.length < limit) return { customers, next: undefined };
      from = keys.at(-1) ?? from;
      if (customers.length === limit) return { customers, next: customers.at(-1)?.key };
    }
    return { customers, next: from };
  });
}

async function describe(
  { pipeline: { store, id }, mapper }: PipelineParts,
  keys: readonly string[],
): Promise<readonly FoundCustomer[]> {
  if (keys.length === 0) return [];
  const { links, deadLetters, emailsByClaimant } = await store.load(id, { run: '', keys, externalIds: [], emails: [] });
  const pending = new Map((await store.pending(id, { keys, limit: keys.length })).map((row) => [row.key, row]));
  return keys.map((key) => {
    const link = links.get(key);
    const letter = deadLetters.get(key);
    const waits = pending.get(key);
    const record = letter?.record ?? waits?.record;
    const found = record && hasData(record) ? mapper.found(record) : undefined;
    const standing = letter
      ? 'rejected'
      : waits
        ? 'waiting'
        : link?.deactivated === undefined
          ? 'linked'
          : 'deactivated';
    const code = letter?.code ?? waits?.reason;
    return {
      key,
      name: textOf(link?.sent.name) ?? textOf(found?.name),
      email: emailsByClaimant.get(key) ?? textOf(link?.sent.email) ?? textOf(found?.email),
      destinationId: link?.destinationId,
      isDue: letter?.due ?? waits?.due ?? false,
      standing,
      ...(code !== undefined && { code }),
    };
  });
}

function isMeant({ key, name, email, destinationId }: FoundCustomer, search: CustomerSearch): boolean {
  if (search.kind !== 'text') return true;
  const wanted = search.text.toLowerCase();
  if (key === search.text || destinationId === search.text) return true;
  return [name, email].some((text) => text?.toLowerCase().includes(wanted));
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
