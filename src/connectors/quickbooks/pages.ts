import type { CallContext } from '../../core/domain/context.ts';
import { ContractError } from '../../core/domain/errors.ts';
import { chunk } from '../../core/records/chunk.ts';
import type { Entity, QueryPage, QuickBooksClient } from './client.ts';
import { UnreadablePageError } from './faults.ts';
import { maxIdsBytes, rowsPerPage } from './limits.ts';
import type { Criterion } from './node-quickbooks.ts';

/** `read` counts the rows that the page stands for, those that QuickBooks can't deliver included. */
export type ReadPage = QueryPage & { readonly read: number };
type Conditions = readonly Criterion[];

/** All states, in an order that an edit does not change: by any other, a touched row would move. */
export const allStates = { field: 'Active', value: [true, false], operator: 'IN' } as const;
const byId = { field: 'asc', value: 'Id' } as const;

/** Reads pages around what QuickBooks can't deliver, and lists of ids around those that it refuses. */
export function createPages(client: Pick<QuickBooksClient, 'query' | 'count'>, entity: Entity = 'Customer') {
  async function readPage(
    conditions: Conditions,
    { position, size }: { readonly position: number; readonly size: number },
    context: CallContext,
  ): Promise<ReadPage> {
    try {
      const page = await client.query(context, entity, [
        ...conditions,
        byId,
        { field: 'limit', value: size },
        { field: 'offset', value: position },
      ]);
      return { ...page, read: page.rows.length };
    } catch (error) {
      if (!(error instanceof UnreadablePageError)) throw error;
      if (size > 1) return await bisectPage(conditions, position, size, context);
      const message =
        entity === 'Customer'
          ? `QuickBooks can't deliver the customer at position ${position} (by Id): its data is damaged (fault 4002). Correct its e-mail address in QuickBooks. All others were read.`
          : `QuickBooks can't deliver the ${entity} at position ${position} (by Id): its data is damaged (fault 4002), and its customer's figures lack it. All others were read.`;
      context.warn({ code: 'quickbooks-poisoned', message });
      return { rows: [], read: 1, time: (await client.count(context)).time };
    }
  }

  async function bisectPage(conditions: Conditions, position: number, size: number, context: CallContext) {
    const first = Math.ceil(size / 2);
    const left = await readPage(conditions, { position, size: first }, context);
    if (left.read < first) return left;
    const right = await readPage(conditions, { position: position + first, size: size - first }, context);
    return { time: left.time, rows: [...left.rows, ...right.rows], read: left.read + right.read };
  }

  /** A list that is refused is halved down to the id that it is refused for. Nobody knows whether that customer is there. */
  async function readIds(ids: readonly string[], context: CallContext): Promise<IdRows> {
    try {
      const named = { field: 'Id', value: ids, operator: 'IN' };
      const { rows, time } = await readPage([named, allStates], { position: 1, size: rowsPerPage }, context);
      return { rows, time, refused: [] };
    } catch (error) {
      if (!(error instanceof ContractError) || error.code !== 'quickbooks-validation') throw error;
      if (ids.length > 1) {
        const middle = Math.ceil(ids.length / 2);
        const left = await readIds(ids.slice(0, middle), context);
        const right = await readIds(ids.slice(middle), context);
        const rows = [...left.rows, ...right.rows];
        return { rows, time: right.time ?? left.time, refused: [...left.refused, ...right.refused] };
      }
      const message = `QuickBooks refuses to look customer ${ids.join()} up. All others were read.`;
      context.warn({ code: 'quickbooks-id-refused', message });
      return { rows: [], time: undefined, refused: ids };
    }
  }

  return {
    readPage,
    /** Customers by their ids, no more at a time than a query has rows. What is not digits is the id of nobody. */
    async *byIds(keys: readonly string[], context: CallContext): AsyncGenerator<IdRows> {
      for (const ids of listsOfIds(keys)) yield await readIds(ids, context);
    },
  };
}

export type Pages = ReturnType<typeof createPages>;

export interface IdRows {
  readonly rows: readonly unknown[];
  /** Server time of the response. Undefined where there was none but a refusal. */
  readonly time: string | undefined;
  /** Ids that QuickBooks refused to be asked for. */
  readonly refused: readonly string[];
}

/** No more at a time than a query takes. What is not digits is the id of nobody. */
export function listsOfIds(keys: readonly string[]): Generator<string[]> {
  const ids = keys.filter((key) => /^\d{1,20}$/.test(key));
  return chunk(ids, { maxCount: rowsPerPage, maxBytes: maxIdsBytes, bytesOf: bytesInStatement });
}

/** `'12',` with each sign but the digits as three. */
function bytesInStatement(id: string): number {
  return id.length + 9;
}
