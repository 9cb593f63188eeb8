import { createPageGuard } from '../../../core/records/page-guard.ts';

interface Listing<Page> {
  /** Undefined: the first page. */
  readonly read: (cursor: string | undefined) => Promise<Page>;
  /** Undefined for the last page. */
  readonly nextOf: (page: Page) => string | undefined;
  /** Whatever distinguishes one page from another. */
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
