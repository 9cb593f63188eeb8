import { describeSchema } from '../../core/config/schema-tools.ts';
import type { SourceOptions } from '../../core/connector.ts';
import type { CallContext, CheckLine, CheckResult } from '../../core/domain/context.ts';
import type { AccountMetadata, Source } from '../../core/domain/source.ts';
import { countryOf } from '../../core/records/countries.ts';
import { createQuickBooksClient } from './client.ts';
import { createCompanyReader } from './company.ts';
import { type QuickBooksConfig, quickbooksCustomerUrl } from './config.ts';
import { customerSchema, type QuickBooksCustomer } from './customer.ts';
import { moneyLine } from './money/check.ts';
import { createMoney } from './money/money.ts';
import { moneyNeeds } from './money/needs.ts';
import { createMoneyChanges } from './money/read-changes.ts';
import { createPages } from './pages.ts';
import { type ReadPorts, readAll } from './read-all.ts';
import { readChanged } from './read-changed.ts';
import { createRecords, readsCustomFields } from './records.ts';
import { type Position, positionOf } from './watermark.ts';

/** Reads the customers of one company: all of them, or those that have changed since the last read. */
export function createQuickBooksSource(options: SourceOptions<QuickBooksConfig>): Source<QuickBooksCustomer> {
  const { config, uses = [], clock } = options;
  const hasFields = config.include.includes('customFields') || readsCustomFields(uses);
  const client = createQuickBooksClient(options, hasFields ? 'enhancedAllCustomFields' : undefined);
  const pages = createPages(client);
  const needs = moneyNeeds(config, uses);
  const money = needs && createMoney(client, needs);
  const company = createCompanyReader(client, () => clock.now());
  const recordOptions = { uses, linkOf: (id: string) => quickbooksCustomerUrl(config, id) };

  /** Where days end is asked for only where somebody counts days. */
  async function portsFor(position: Position | undefined, context: CallContext): Promise<ReadPorts> {
    const own = money && config.timeZone === undefined ? await company.facts(position?.company, context) : undefined;
    const timeZone = config.timeZone ?? own?.timeZone ?? 'UTC';
    return { client, pages, recordOptions, money, timeZone, company: company.known() };
  }

  return {
    counters: client.counters,
    async *read(from, context) {
      const position = positionOf(from);
      const ports = await portsFor(position, context);
      yield* position ? readChanged(ports, position, context) : readAll(ports, context);
    },
    async *readKeys(keys, context) {
      const records = createRecords(client, recordOptions);
      const ports = await portsFor(undefined, context);
      const changes = createMoneyChanges(ports, records, { watermark: '' });
      for await (const { rows, time } of pages.byIds(keys, context)) {
        const found = await records.of(rows, context);
        yield { records: time === undefined ? found : await changes.complete(found, time, context), cursor: null };
      }
      records.report(context);
    },
    async check(context): Promise<CheckResult> {
      const { CompanyName = 'a company without a name', Country, DefaultTimeZone } = await client.companyInfo(context);
      const { total } = await client.count(context);
      return {
        identity: `${CompanyName} (QuickBooks ${config.environment} company ${config.realmId})`,
        lines: [
          { ok: true, title: 'customers', detail: `${total}, inactive ones included` },
          countryLine(Country),
          ...(needs ? [await moneyLine(client, { config, zone: DefaultTimeZone }, context)] : []),
        ],
      };
    },
    discover: async () => [{ name: 'customers', fields: describeSchema(customerSchema) }],
    async facts(context, from): Promise<AccountMetadata> {
      const { country: text = '' } = await company.facts(positionOf(from)?.company, context);
      const country = countryOf(text, 'alpha2');
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
