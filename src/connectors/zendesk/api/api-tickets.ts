import { staleStatuses } from '../limits.ts';
import type { TicketRow } from './api-schemas.ts';
import * as shape from './api-schemas.ts';
import { assertDone, callForUser } from './call-for-user.ts';
import type { Calls } from './calls.ts';

export interface ExportedTickets {
  readonly tickets: readonly TicketRow[];
  readonly cursor: string | undefined;
  readonly isEnd: boolean;
}

/** The endpoints that say who has tickets. */
export function createTicketsApi({ call, get }: Pick<Calls, 'call' | 'get'>) {
  return {
    /** Tickets that the user has asked for, works on or is copied on. Throws RecordError where it is refused. */
    async countTickets(userId: string, signal: AbortSignal): Promise<number> {
      const path = `/users/${userId}/related`;
      const request = { method: 'GET', path, signal, idempotent: true, priority: 1 } as const;
      const { body } = assertDone(await callForUser(call, request), request);
      const value = body.kind === 'json' ? body.value : undefined;
      const { user_related } = shape.parseResponse(shape.related, value, `GET ${path}`);
      const { requested_tickets, assigned_tickets, ccd_tickets } = user_related;
      return (requested_tickets ?? 0) + (assigned_tickets ?? 0) + (ccd_tickets ?? 0);
    },
    /** What was touched since, up to a minute ago. Undefined for who may not export, or not from there. */
    async exportTickets(
      from: { readonly cursor: string } | { readonly startTime: number },
      signal: AbortSignal,
    ): Promise<ExportedTickets | undefined> {
      const path = '/incremental/tickets/cursor';
      const query = 'cursor' in from ? { cursor: from.cursor } : { start_time: from.startTime };
      const isRefused = ({ status }: { readonly status: number }): boolean =>
        status === 403 || staleStatuses.has(status);
      const request = { method: 'GET', path, query, signal, idempotent: true, priority: 1 } as const;
      const response = await call({ ...request, accept: isRefused });
      if (isRefused(response)) return undefined;
      const value = response.body.kind === 'json' ? response.body.value : undefined;
      const { tickets, after_cursor, end_of_stream } = shape.parseResponse(shape.exportedTickets, value, `GET ${path}`);
      return { tickets, cursor: after_cursor ?? undefined, isEnd: end_of_stream };
    },
    /** The newest first, a hundred a page. */
    newestTickets: async (page: number, signal: AbortSignal): Promise<readonly TicketRow[]> => {
      const query = { sort_by: 'created_at', sort_order: 'desc', per_page: 100, page };
      return (await get(shape.tickets, '/tickets', query, signal, 1)).tickets;
    },
  };
}
