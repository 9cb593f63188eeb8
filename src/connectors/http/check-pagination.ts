import type { CheckLine } from '../../core/domain/context.ts';
import type { HttpSourceConfig } from './config.ts';
import type { PageReply } from './pagination.ts';
import { valueIn } from './value-in.ts';

const title = 'pages';
const maxNames = 8;

/**
 * For `check`: whether the first page says where the next one is. A read can't tell a misspelt path from the end of the list,
 * because many APIs leave the name out of their last page: but a full page is seldom the last one.
 */
export function paginationLine(
  { pagination, request }: Pick<HttpSourceConfig, 'pagination' | 'request'>,
  reply: PageReply,
): CheckLine | undefined {
  const absent = absentPart(pagination, reply);
  if (absent === undefined) return undefined;
  const count = reply.records.length;
  if (!isFull(count, request))
    return { ok: true, title, detail: `the first page has no ${absent}: it is the last one` };
  const detail = `the first page looks full (${count} records) and has no ${absent}: the read would end there. ${namesOf(reply.body)}`;
  return { ok: 'warning', title, detail };
}

/** What the configuration expects of a page that is not the last one, and this page does not have. */
function absentPart(pagination: HttpSourceConfig['pagination'], reply: PageReply): string | undefined {
  if (pagination.type === 'link') return reply.headers.link === undefined ? 'Link header' : undefined;
  const paths = {
    hasMore: 'hasMore' in pagination ? pagination.hasMore : undefined,
    from: 'from' in pagination ? pagination.from : undefined,
  };
  for (const [key, path] of Object.entries(paths))
    if (path !== undefined && valueIn(reply, path) === undefined) return `${path} (source.pagination.${key})`;
  return undefined;
}

/** As many records as the request asks for, or a round number of them. */
function isFull(count: number, { query, body = {} }: HttpSourceConfig['request']): boolean {
  const asked = [...Object.values(query), ...Object.values(body)].map(Number);
  return count > 0 && (asked.includes(count) || count % 10 === 0);
}

function namesOf(body: unknown): string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'The response is a plain list.';
  const names = Object.keys(body);
  const more = names.length > maxNames ? ` and ${names.length - maxNames} more` : '';
  return `The response has: ${names.slice(0, maxNames).join(', ')}${more}.`;
}
