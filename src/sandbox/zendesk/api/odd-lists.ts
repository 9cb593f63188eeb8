import type { TwinRequest, TwinResponse } from '../../server/twin.ts';

type Handle = (request: TwinRequest) => TwinResponse;
type Body = Readonly<Record<string, unknown>>;

/** Values of other types than the API documents, under names that one list or another has. */
const oddFields = {
  details: { odd: true },
  alias: { odd: true },
  title: { odd: true },
  verified: 'perhaps',
  default: 'perhaps',
  progress: { odd: true },
  collaborator_ids: 'nobody',
};

/** Faults of responses to reads: rows that come too often or are odd, pages that were read already, bodies that are missing or broken. */
export const oddLists: Readonly<Record<string, (request: TwinRequest, handle: Handle) => TwinResponse>> = {
  /** Every row comes twice. */
  'rows-doubled': (request, handle) =>
    changed(handle(request), (body) =>
      Object.fromEntries(
        Object.entries(body).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.flatMap((row: unknown) => [row, row]) : value,
        ]),
      ),
    ),
  /** Fields of the first row of each list have other types than all the others. */
  'odd-fields': (request, handle) => ofFirstRow(handle(request), (row) => ({ ...row, ...oddFields })),
  /** The first row of the list has no id; what comes along with it is whole. */
  'key-missing': (request, handle) => ofFirstRow(handle(request), ({ id: _, ...row }) => row, 1),
  /** JSON that breaks off, in a response that is whole. */
  malformed: (request, handle) => {
    const { status, body } = handle(request);
    const headers = { 'content-type': 'application/json' };
    return { status, headers, body: JSON.stringify(body).slice(0, -5) };
  },
  /** No body at all. */
  '204': () => ({ status: 204 }),
  /** Each page names itself as the one that follows, whether the request names a cursor or a number. */
  'pages-circle': (request, handle) => {
    const query = new URLSearchParams([...request.query].filter(([name]) => name !== 'page'));
    return changed(handle({ ...request, query }), (body) => {
      const here = request.query.get('page[after]') ?? request.query.get('cursor');
      if ('end_of_stream' in body) return { ...body, after_cursor: here ?? body.after_cursor, end_of_stream: false };
      if ('meta' in body) return { ...body, meta: { ...Object(body.meta), has_more: true, after_cursor: here ?? '0' } };
      return { ...body, next_page: request.path };
    });
  },
};

/** Of so many lists of the response. */
function ofFirstRow(
  response: TwinResponse,
  change: (row: Body) => Body,
  lists = Number.POSITIVE_INFINITY,
): TwinResponse {
  let left = lists;
  return changed(response, (body) =>
    Object.fromEntries(
      Object.entries(body).map(([name, value]) => [
        name,
        Array.isArray(value) && left-- > 0
          ? value.map((row: unknown, position) => (position === 0 ? change({ ...Object(row) }) : row))
          : value,
      ]),
    ),
  );
}

function changed(response: TwinResponse, change: (body: Body) => Body): TwinResponse {
  const { body } = response;
  return typeof body === 'object' && body !== null ? { ...response, body: change({ ...body }) } : response;
}
