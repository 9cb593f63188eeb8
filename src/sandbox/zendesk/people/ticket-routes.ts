import type { Rates } from '../account/rates.ts';
import { adminOnly, type Routes } from '../api/router.ts';
import type { Tickets } from './tickets.ts';

/** Tickets, listed and by what has changed. */
export function ticketRoutes({
  tickets,
  rates,
  origin,
}: {
  readonly tickets: Tickets;
  readonly rates: Rates;
  readonly origin: () => string;
}): Routes {
  return {
    'GET /tickets': ({ request }) => tickets.listed(request, origin()),
    'GET /incremental/tickets/cursor': adminOnly(
      ({ request }) => rates.takeExport() ?? tickets.exported(request.query),
    ),
  };
}
