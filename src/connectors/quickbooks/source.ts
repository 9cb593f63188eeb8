import { describeSchema } from '../../core/config/schema-tools.ts';
import type { SourceOptions } from '../../core/connector.ts';
import type { CheckLine, CheckResult } from '../../core/domain/context.ts';
import type { AccountMetadata, Source } from '../../core/domain/source.ts';
import { countryOf } from '../../core/records/countries.ts';
import { createQuickBooksClient } from './client.ts';
import type { QuickBooksConfig } from './config.ts';
import { customerSchema, type QuickBooksCustomer } from './customer.ts';
import { createPages } from './pages.ts';
import { readAll } from './read-all.ts';
import { readChanged } from './read-changed.ts';
import { createRecords } from './records.ts';
import { watermarkOf } from './watermark.ts';

/** Reads the customers of one company: all of them, or those that have changed since the last read. */
export function createQuickBooksSource(options: SourceOptions<QuickBooksConfig>): Source<QuickBooksCustomer> {
  const client = createQuickBooksClient(options);
  const pages = createPages(client);
  const { config, uses = [] } = options;
  const ports = { client, pages, uses };

  return {
    counters: client.counters,
    read(from, context) {
      const watermark = watermarkOf(from);
      return watermark === undefined ? readAll(ports, context) : readChanged(ports, watermark, context);
    },
    async *readKeys(keys, context) {
      const records = createRecords(client, uses);
      for await (const { rows } of pages.byIds(keys, context))
        yield { records: await records.of(rows, context), cursor: null };
      records.report(context);
    },
    async check(context): Promise<CheckResult> {
      const { CompanyName = 'a company without a name', Country } = await client.companyInfo(context);
      const { total } = await client.count(context);
      return {
        identity: `${CompanyName} (QuickBooks ${config.environment} company ${config.realmId})`,
        lines: [{ ok: true, title: 'customers', detail: `${total}, inactive ones included` }, countryLine(Country)],
      };
    },
    discover: async () => [{ name: 'customers', fields: describeSchema(customerSchema) }],
    async facts(context): Promise<AccountMetadata> {
      const { Country = '' } = await client.companyInfo(context);
      const country = countryOf(Country, 'alpha2');
      return country === undefined ? {} : { country };
    },
  };
}

/** The company's country is free text. */
function countryLine(text = ''): CheckLine {
  const title = 'country';
  const code = countryOf(text, 'alpha2');
  const own = 'phone numbers need a country code of their own, or country: in the configuration';
  if (code !== undefined)
    return {
      ok: true,
      title,
      detail: `phone numbers without a country code are read as ${code}, or by the customer's own country`,
    };
  if (text.trim() === '') return { ok: 'warning', title, detail: `the company has none: ${own}` };
  return {
    ok: 'warning',
    title,
    detail: `the company's (${JSON.stringify(text)}) is not a country that can be read: ${own}`,
  };
}
