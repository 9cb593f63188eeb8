import type { Calls } from './api-organizations.ts';
import type { TicketRow } from './api-schemas.ts';
import * as shape from './api-schemas.ts';

export interface ExportedTickets {
  readonly tickets: readonly TicketRow[];
  readonly cursor: string | undefined;
  readonly isEnd: boolean;
}

/** The endpoints that say who has tickets. */
export function createTicketsApi({ call, get }: Pick<Calls, 'call' | 'get'>) {
  return {
    /** Tickets that the user has asked for, works on or is copied on. */
    async ticketsOf(userId: string, signal: AbortSignal): Promise<number> {
      const { user_related } = await get(shape.related, `/users/${userId}/related`, {}, signal, 1);
      const { requested_tickets, assigned_tickets, ccd_tickets } = user_related;
      return (requested_tickets ?? 0) + (assigned_tickets ?? 0) + (ccd_tickets ?? 0);
    },
    /** What was touched since, up to a minute ago. Undefined for who may not export. */
    async exportTickets(
      from: { readonly cursor: string } | { readonly startTime: number },
      signal: AbortSignal,
    ): Promise<ExportedTickets | undefined> {
      const path = '/incremental/tickets/cursor';
      const query = 'cursor' in from ? { cursor: from.cursor } : { start_time: from.startTime };
      const response = await call({ method: 'GET', path, query, signal, replay: 'safe', expect: [403], priority: 1 });
      if (response.status === 403) return undefined;
      const value = response.body.kind === 'json' ? response.body.value : undefined;
      const { tickets, after_cursor, end_of_stream } = shape.parseReply(shape.exportedTickets, value, `GET ${path}`);
      return { tickets, cursor: after_cursor ?? undefined, isEnd: end_of_stream };
    },
    /** The newest first, a hundred a page. */
    newestTickets: async (page: number, signal: AbortSignal): Promise<readonly TicketRow[]> => {
      const query = { sort_by: 'created_at', sort_order: 'desc', per_page: 100, page };
      return (await get(shape.tickets, '/tickets', query, signal, 1)).tickets;
    },
  };
}
