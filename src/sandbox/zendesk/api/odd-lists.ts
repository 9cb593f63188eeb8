import type { TwinReply, TwinRequest } from '../../server/server.ts';

type Handle = (request: TwinRequest) => TwinReply;
type Body = Readonly<Record<string, unknown>>;

/** Faults of lists whose rows are true: they are given too often, or name a page that was read already. */
export const oddLists: Readonly<Record<string, (request: TwinRequest, handle: Handle) => TwinReply>> = {
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
  /** Each page names itself as the one that follows, whether it is asked for by a cursor or by a number. */
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

function changed(reply: TwinReply, change: (body: Body) => Body): TwinReply {
  const { body } = reply;
  return typeof body === 'object' && body !== null ? { ...reply, body: change({ ...body }) } : reply;
}
