import { type FilterImplOptions, filters, Liquid } from 'liquidjs';
import { countryOf } from '../../core/records/countries.ts';
import { splitEmails } from '../email.ts';
import { toE164 } from '../phone.ts';
import { type DateOrder, dateOrders, readDate } from './dates.ts';
import { operators } from './operators.ts';
import { slug } from './slug.ts';
import { registerStandardFilters, writeOutFormat } from './standard-filters.ts';

/** Filters that look at the clock or throw dice: the same record must always come to the same user. */
const impure = ['sample', 'date_to_xmlschema', 'date_to_rfc822', 'date_to_string', 'date_to_long_string'];

/** Where a scope says in which country its record is: no name of a record's own can be in its place. */
export const recordCountry = Symbol('country of the record');

interface LiquidOptions {
  /** Of the account: the default of phone numbers where the record has no country of its own. */
  readonly country?: string | undefined;
  /** Called where a filter had text and made nothing of it. */
  readonly onNothing?: (filter: string) => void;
}

/**
 * Of one template: letters it may have, milliseconds and (roughly) letters and list entries it may take for one record. What
 * takes more, such as a loop over a billion numbers, is that record's failure. Real templates take microseconds.
 */
const limits = { parseLimit: 1_000_000, renderLimit: 5_000, memoryLimit: 20_000_000 };

/**
 * Liquid with the filters of this domain. It reads no files, knows no time but that of the record, and refuses filters that
 * it does not know.
 */
export function createLiquid({ country, onNothing = () => undefined }: LiquidOptions = {}): Liquid {
  const liquid = new Liquid({ strictFilters: true, jsTruthy: false, templates: {}, operators, ...limits });
  for (const name of impure) delete liquid.filters[name];
  registerStandardFilters(liquid);
  const noted = (filter: string, text: string, found: string | undefined): string | undefined => {
    if (found === undefined && text.trim() !== '') onNothing(filter);
    return found;
  };

  liquid.registerFilter('phone', function (value: unknown, of?: unknown) {
    const text = textOf(value);
    const own = of === undefined ? countryIn(this, country) : countryOf(textOf(of), 'alpha2');
    return noted('phone', text, toE164(text, own));
  });
  liquid.registerFilter('email', (value: unknown) => {
    const text = textOf(value);
    return noted('email', text, splitEmails(text).valid[0]);
  });
  liquid.registerFilter('slug', (value: unknown, separator: unknown = '_') => slug(textOf(value), textOf(separator)));
  liquid.registerFilter('country', (value: unknown, form: unknown = 'alpha2') => {
    const known = (['alpha2', 'alpha3', 'name'] as const).find((one) => one === form);
    if (!known) throw new Error(`country takes alpha2, alpha3 or name, not ${textOf(form)}`);
    const text = textOf(value);
    return noted('country', text, countryOf(text, known));
  });
  // As in Liquid, a value that is not a date stays as it is: the field that takes it reports what is wrong.
  liquid.registerFilter('date', function (value: unknown, format: unknown = '', order: unknown = 'ymd') {
    const found = readDate(value, orderOf(order));
    const pattern = textOf(format) === '' ? '%Y-%m-%d' : textOf(format);
    return found === undefined ? value : formatDate(this, found, writeOutFormat(pattern));
  });
  return liquid;
}

/** What liquidjs hands to a filter as `this`; it exports no name for it. */
type Within = ThisParameterType<Extract<FilterImplOptions, (...given: never[]) => unknown>>;

function countryIn({ context }: Within, fallback: string | undefined): string | undefined {
  const scope = context.environments;
  return Object.hasOwn(scope, recordCountry) ? textOf(Reflect.get(scope, recordCountry)) : fallback;
}

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
