import { createPageGuard } from '../../../core/records/page-guard.ts';
import type { ZendeskApi } from './api.ts';

interface Listing<Page> {
  /** Undefined: the first page. */
  readonly read: (cursor: string | undefined) => Promise<Page>;
  /** Undefined for the last page. */
  readonly nextOf: (page: Page) => string | undefined;
  /** Whatever tells one page from another. */
  readonly keysOf: (page: Page) => readonly unknown[];
  /** Cursor of the first page, where it has one. */
  readonly start?: string;
}

/**
 * The pages of a list, each read at the cursor that the one before it gave. Throws ContractError (`pagination-loop`) where
 * they go in a circle, before the page that leads back is used.
 */
export async function* everyPage<Page>({ read, nextOf, keysOf, start }: Listing<Page>): AsyncGenerator<Page> {
  const guard = createPageGuard('Zendesk', start);
  for (let cursor: string | undefined; ; ) {
    const page = await read(cursor);
    cursor = nextOf(page);
    guard(keysOf(page).map(String), cursor);
    yield page;
    if (cursor === undefined) return;
  }
}

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
