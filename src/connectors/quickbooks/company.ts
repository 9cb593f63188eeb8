import { defined } from '../../core/defined.ts';
import type { CallContext } from '../../core/domain/context.ts';
import type { QuickBooksClient } from './client.ts';
import { isTimeZone } from './money/calendar.ts';
import type { CompanyFacts } from './watermark.ts';

/** What the company says of itself changes rarely, and each call is metered. */
const goodForMs = 86_400_000;

/** Asks the company once a day: what a cursor still holds of it is good for so long. */
export function createCompanyReader(client: Pick<QuickBooksClient, 'companyInfo'>, now: () => number) {
  let known: CompanyFacts | undefined;
  return {
    known: (): CompanyFacts | undefined => known,
    async facts(kept: CompanyFacts | undefined, context: CallContext): Promise<CompanyFacts> {
      for (const facts of [known, kept])
        if (facts && Math.abs(now() - Date.parse(facts.askedAt)) < goodForMs) {
          known = facts;
          return facts;
        }
      const { Country: country, DefaultTimeZone } = await client.companyInfo(context);
      const timeZone = DefaultTimeZone !== undefined && isTimeZone(DefaultTimeZone) ? DefaultTimeZone : undefined;
      known = { ...defined({ country, timeZone }), askedAt: new Date(now()).toISOString() };
      return known;
    },
  };
}
