import type { CheckLine } from '../../core/domain/context.ts';
import type { Pagination } from './config.ts';
import type { PageReply } from './pagination.ts';
import { countIn } from './value-in.ts';

/** How many records the list has in all, where the configuration says where the response has it. */
export function totalIn(pagination: Pagination, reply: Pick<PageReply, 'body' | 'headers'>): number | undefined {
  const path = pathOf(pagination);
  return path === undefined ? undefined : countIn(reply, path);
}

/** For `check`: nothing but the progress depends on the number, so a wrong path shows nowhere else. */
export function totalLine(pagination: Pagination, reply: Pick<PageReply, 'body' | 'headers'>): CheckLine | undefined {
  const path = pathOf(pagination);
  if (path === undefined) return undefined;
  const total = totalIn(pagination, reply);
  if (total !== undefined) return { ok: true, title: 'total', detail: `${total} records (${path})` };
  const detail = `the first page has no number at ${path} (source.pagination.total): progress shows no percentage`;
  return { ok: 'warning', title: 'total', detail };
}

function pathOf(pagination: Pagination): string | undefined {
  return 'total' in pagination ? pagination.total : undefined;
}
