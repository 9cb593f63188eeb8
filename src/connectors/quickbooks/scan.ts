import type { CallContext } from '../../core/domain/context.ts';
import { TransientError } from '../../core/domain/errors.ts';
import { createPageGuard } from '../../core/records/page-guard.ts';
import { rowsPerPage } from './limits.ts';
import type { Criterion } from './node-quickbooks.ts';
import type { Pages, ReadPage } from './pages.ts';
import { idOf } from './row-id.ts';

/** Scans of one read, before it is left to the next sync. */
export const maxScans = 3;

/** `isContiguous`: it has the row that the page before it ended with, so no row between them was missed. */
export type ScanPage = ReadPage & { readonly isContiguous: boolean };

/** Reads the customers that meet the conditions, by offset. It ends with the first page that is not contiguous. */
export async function* scan(
  { readPage }: Pick<Pages, 'readPage'>,
  conditions: readonly Criterion[],
  context: CallContext,
): AsyncGenerator<ScanPage> {
  let last: string | undefined;
  const guard = createPageGuard('QuickBooks');
  for (let position = 1; ; position += last === undefined ? rowsPerPage : rowsPerPage - 1) {
    const page = await readPage(conditions, { position, size: rowsPerPage }, context);
    const ids = page.rows.map(idOf);
    const isContiguous = last === undefined || ids.includes(last);
    yield { ...page, isContiguous };
    if (!isContiguous || page.read < rowsPerPage) return;
    guard(
      ids.flatMap((id) => id ?? []),
      position + rowsPerPage,
    );
    // The next page begins with this one's last row. When one before it is merged away all others move up, and it is not there.
    last = ids.length === page.read ? ids.at(-1) : undefined;
  }
}

/**
 * All rows that meet the conditions, made smaller by `read` as they come. A scan that missed rows is made again. Throws
 * TransientError (`scan-moved`) where rows keep vanishing.
 */
export async function scanWhole<T>(
  pages: Pick<Pages, 'readPage'>,
  conditions: readonly Criterion[],
  { context, read }: { readonly context: CallContext; readonly read: (row: unknown) => T | undefined },
): Promise<readonly T[]> {
  for (let attempt = 1; attempt <= maxScans; attempt += 1) {
    const found: T[] = [];
    let isContiguous = true;
    for await (const page of scan(pages, conditions, context)) {
      isContiguous &&= page.isContiguous;
      for (const row of page.rows) {
        const one = read(row);
        if (one !== undefined) found.push(one);
      }
    }
    if (isContiguous) return found;
  }
  throw new TransientError('QuickBooks: rows kept vanishing while they were read.', { code: 'scan-moved' });
}

/** After the last of `maxScans`. */
export function warnOfMoves(context: Pick<CallContext, 'warn'>): void {
  const message = 'Customers kept vanishing while they were read. The next sync reads them again.';
  context.warn({ code: 'scan-moved', message });
}
