import type { ZendeskApi } from './api.ts';
import { everyPage } from './every-page.ts';

type List = ZendeskApi['listUsers'];

type Export = ZendeskApi['exportUsers'];

type ExportStart = { readonly cursor: string } | { readonly startTime: number };

/** Everybody, a hundred a call. */
export function allUsers(
  api: Pick<ZendeskApi, 'listUsers'>,
  asked: Omit<Parameters<List>[0], 'after'>,
  signal: AbortSignal,
): AsyncGenerator<Awaited<ReturnType<List>>> {
  return everyPage({
    read: (after) => api.listUsers({ ...asked, after }, signal),
    nextOf: ({ after }) => after,
    keysOf: ({ users }) => users.map(({ id }) => id),
  });
}

/** Who has changed since, a thousand a call. */
export function changedUsers(
  api: Pick<ZendeskApi, 'exportUsers'>,
  from: ExportStart,
  signal: AbortSignal,
): AsyncGenerator<Awaited<ReturnType<Export>>> {
  return everyPage({
    read: (cursor) => api.exportUsers(cursor === undefined ? from : { cursor }, signal),
    nextOf: ({ cursor, isEnd }) => (isEnd ? undefined : cursor),
    keysOf: ({ users }) => users.map(({ id }) => id),
    ...('cursor' in from && { start: from.cursor }),
  });
}
