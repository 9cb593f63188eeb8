import type { TwinRequest, TwinResponse } from '../server/twin.ts';

type Handle = (request: TwinRequest) => TwinResponse;
type Row = Readonly<Record<string, unknown>>;

/** Faults of responses that are right otherwise. */
export const oddResponses: Readonly<Record<string, (request: TwinRequest, handle: Handle) => TwinResponse>> = {
  /** What a query answers that finds nothing. */
  'no-rows': (request, handle) => answered(handle(request), () => ({})),
  /** The second half of a page is missing. */
  'half-rows': (request, handle) => ofRows(handle(request), (rows) => rows.slice(0, Math.ceil(rows.length / 2))),
  'rows-doubled': (request, handle) => ofRows(handle(request), (rows) => rows.flatMap((row) => [row, row])),
  /** Fields of the first row have other types than all the others. */
  'odd-fields': (request, handle) =>
    ofRows(handle(request), (rows) =>
      rows.map((row, position) =>
        position === 0 ? { ...row, ...('TotalAmt' in row ? oddSale(row) : oddCustomer) } : row,
      ),
    ),
  /** Every page is the first one. */
  'pages-circle': (request, handle) => {
    const query = new URLSearchParams(request.query);
    query.set('query', (query.get('query') ?? '').replace(/startposition \d+/i, 'startposition 1'));
    return handle({ ...request, query });
  },
};

const oddCustomer = { Level: '1', Notes: null, Balance: '12.50' };

/** Its amounts are the same, as text. */
function oddSale(row: Row): Row {
  const amounts = Object.entries(row).filter(([, value]) => typeof value === 'number');
  return { ...Object.fromEntries(amounts.map(([name, value]) => [name, String(value)])), PrivateNote: null };
}

function ofRows(response: TwinResponse, change: (rows: readonly Row[]) => readonly Row[]): TwinResponse {
  return answered(response, (found) =>
    Object.fromEntries(
      Object.entries(found).map(([name, value]) => [name, Array.isArray(value) ? change(value) : value]),
    ),
  );
}

function answered(response: TwinResponse, change: (found: Row) => Row): TwinResponse {
  const body: unknown = response.body;
  if (typeof body !== 'object' || body === null || !('QueryResponse' in body)) return response;
  return { ...response, body: { ...body, QueryResponse: change(Object(body.QueryResponse)) } };
}
