import type { CallContext, CheckLine } from '../../../core/domain/context.ts';
import { AuthError } from '../../../core/domain/errors.ts';
import type { QuickBooksClient } from '../client.ts';
import type { QuickBooksConfig } from '../config.ts';

/** Whether money can be read, and where its days end. */
export async function moneyLine(
  client: Pick<QuickBooksClient, 'query'>,
  { config, zone }: { readonly config: QuickBooksConfig; readonly zone: string | undefined },
  context: CallContext,
): Promise<CheckLine> {
  const title = 'money';
  try {
    await client.query(context, 'Invoice', [{ field: 'limit', value: 1 }]);
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    return {
      ok: false,
      title,
      detail: `the person who connected the company may not read invoices. Connect again as an admin of the company, or take overdue and lastInvoice out of source.include`,
      remedy: { kind: 'connect', system: 'quickbooks' },
    };
  }
  const named = config.timeZone ?? zone;
  if (named === undefined)
    return { ok: 'warning', title, detail: 'the company has no time zone, so days end in UTC: set source.timeZone' };
  return { ok: true, title, detail: `can be read; days end in ${named}` };
}
