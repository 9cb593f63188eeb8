import { expect, onTestFinished, test } from 'vitest';
import { createPaginator, type PageReply } from '../../../src/connectors/http/pagination.ts';
import { createHttpClient } from '../../../src/core/http/client.ts';
import { createRateLimiter } from '../../../src/core/http/rate-limiter.ts';
import { quiet } from '../../kit/ports.ts';
import { createTestClock } from '../../kit/test-clock.ts';
import { serveScript } from '../../kit/twins/scripted-server.ts';

/** What is asked, and of whom, when a page gives this address as that of the next one. */
async function follow(where: 'link' | 'next', next: string) {
  const own = await serveScript(() => ({ body: [] }));
  const elsewhere = await serveScript(() => ({ body: [] }));
  const { clock } = createTestClock({ moves: 'at-once' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 1 }, clock });
  const authorize = async () => ({ authorization: 'Bearer one' });
  const client = createHttpClient({ name: 'Acme', origin: own.origin, rateLimiter, clock, log: quiet, authorize });
  onTestFinished(() => client.close());
  const url = next.replace('OWN', own.origin).replace('HOST', new URL(elsewhere.origin).host);
  const paginator = createPaginator(where === 'link' ? { type: 'link' } : { type: 'next', from: 'next' });
  const asked = new URL('/v1/customers', own.origin);
  const reply: PageReply = {
    url: asked,
    body: { next: url },
    headers: { link: `<${url}>; rel="next"` },
    records: [{}],
  };
  const { url: path = '' } = paginator.part(paginator.next(undefined, reply));
  await client.request({ method: 'GET', path, idempotent: true, signal: new AbortController().signal });
  return { own: own.asked.map((asked) => asked.path), elsewhere: elsewhere.asked };
}

test.each(
  (['link', 'next'] as const).flatMap((where) =>
    ['OWN//HOST/x', 'OWN/\\HOST/x', 'OWN/.//HOST/x', 'OWN/x/..//HOST/x', '/x/..//HOST/x', '/.//HOST/x'].map(
      (next) => [where, next] as const,
    ),
  ),
)('%s: an address on our host whose path names another host (%s) is asked of our host', async (where, next) => {
  const { own, elsewhere } = await follow(where, next);
  expect(elsewhere).toEqual([]);
  expect(own).toHaveLength(1);
});

test.each(['//HOST/x', 'http://HOST/x', '/\\HOST/x', '\\\\HOST/x', ' \t//HOST/x'])(
  'an address on another host (%j) is not asked for',
  async (next) => {
    await expect(follow('next', next)).rejects.toMatchObject({ code: 'pagination-url', exitCode: 5 });
  },
);

const replyOf = (body: object, records: readonly unknown[] = [{ id: 7 }]): PageReply => ({
  url: new URL('https://api.example.com/v1/customers'),
  body,
  headers: {},
  records,
});

test.each([{ href: '/v1/customers?page=2' }, ['/v1/customers?page=2'], true, 2])(
  'a next page that is given as %j is no end of the list, at which the others would count as gone',
  (next) => {
    const paginator = createPaginator({ type: 'next', from: 'next' });
    expect(() => paginator.next(undefined, replyOf({ next }))).toThrow(
      expect.objectContaining({ code: 'pagination-url', exitCode: 5 }),
    );
  },
);

test.each([{ after: 'x' }, ['x'], true])('nor is a cursor that is given as %j', (next) => {
  const paginator = createPaginator({ type: 'cursor', param: 'after', from: 'next', in: 'query' });
  expect(() => paginator.next(undefined, replyOf({ next }))).toThrow(
    expect.objectContaining({ code: 'pagination-url', exitCode: 5 }),
  );
});

test.each([{}, { next: null }, { next: '' }, { next: false }])('a reply with %j names no next page', (body) => {
  const paginators = [
    createPaginator({ type: 'next', from: 'next' }),
    createPaginator({ type: 'cursor', param: 'after', from: 'next', in: 'query' }),
  ];
  for (const paginator of paginators) expect(paginator.next(undefined, replyOf(body))).toBeUndefined();
});

test('a cursor that the last record does not have is no end of the list; a page without records is', () => {
  const paginator = createPaginator({ type: 'cursor', param: 'after', fromLastRecord: 'number', in: 'query' });
  expect(() => paginator.next(undefined, replyOf({}))).toThrow(expect.objectContaining({ code: 'pagination-url' }));
  expect(paginator.next(undefined, replyOf({}, []))).toBeUndefined();
});
