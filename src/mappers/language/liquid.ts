import { type FilterImplOptions, filters, Liquid } from 'liquidjs';
import { splitEmails } from '../email.ts';
import { toE164 } from '../phone.ts';
import { countryOf } from './countries.ts';
import { type DateOrder, dateOrders, readDate } from './dates.ts';
import { slug } from './slug.ts';

/** Filters that look at the clock or throw dice: the same record must always come to the same user. */
const impure = ['sample', 'date_to_xmlschema', 'date_to_rfc822', 'date_to_string', 'date_to_long_string'];

/**
 * Of one template: letters it may have, milliseconds and (roughly) letters and list entries it may take for one record. What
 * takes more, such as a loop over a billion numbers, is that record's failure. Real templates take microseconds.
 */
const limits = { parseLimit: 1_000_000, renderLimit: 5_000, memoryLimit: 20_000_000 };

/**
 * Liquid with the filters of this domain. It reads no files, knows no time but that of the record, and refuses filters that
 * it does not know. `country` is the account's, the default of phone numbers.
 */
export function createLiquid({ country }: { readonly country?: string | undefined } = {}): Liquid {
  const liquid = new Liquid({ strictFilters: true, jsTruthy: false, templates: {}, ...limits });
  for (const name of impure) delete liquid.filters[name];

  liquid.registerFilter('phone', (value: unknown, of?: unknown) =>
    toE164(textOf(value), of === undefined ? country : countryOf(textOf(of), 'alpha2')),
  );
  liquid.registerFilter('email', (value: unknown) => splitEmails(textOf(value)).valid[0]);
  liquid.registerFilter('slug', (value: unknown, separator: unknown = '_') => slug(textOf(value), textOf(separator)));
  liquid.registerFilter('country', (value: unknown, form: unknown = 'alpha2') => {
    const known = (['alpha2', 'alpha3', 'name'] as const).find((one) => one === form);
    if (!known) throw new Error(`country takes alpha2, alpha3 or name, not ${textOf(form)}`);
    return countryOf(textOf(value), known);
  });
  // As in Liquid, what is no date comes out as it went in: the field that it is for says what is wrong with it.
  liquid.registerFilter('date', function (value: unknown, format: unknown = '', order: unknown = 'ymd') {
    const found = readDate(value, orderOf(order));
    const pattern = textOf(format) === '' ? '%Y-%m-%d' : textOf(format);
    return found === undefined ? value : formatDate(this, found, pattern);
  });
  return liquid;
}

/** What liquidjs hands to a filter as `this`; it exports no name for it. */
type Within = ThisParameterType<Extract<FilterImplOptions, (...given: never[]) => unknown>>;

/** Liquid's own date filter, asked only for dates that we have read ourselves, in UTC. */
function formatDate(within: Within, date: Date, pattern: string): unknown {
  const { date: own } = filters;
  if (typeof own !== 'function') throw new Error('liquidjs has no date filter');
  return own.call(within, date, pattern, 0);
}

function orderOf(given: unknown): DateOrder {
  const order = dateOrders.find((one) => one === given);
  if (order) return order;
  throw new Error(`date reads ${dateOrders.join(', ')}, not ${textOf(given)}`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
