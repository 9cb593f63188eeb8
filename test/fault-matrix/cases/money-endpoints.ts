import type { ScenarioName } from '../scenarios/scenarios.ts';
import type { Endpoint } from './endpoints.ts';

type Met = Endpoint['met'];

const query = (text: string, met: Met): Endpoint => ({
  twin: 'quickbooks',
  role: 'other',
  where: { route: 'GET /v3/company/{id}/query', text },
  met,
});

/** A first sync reads money before it writes anything; a sync of changes reads it page by page, between its writes. */
const first: Met = [['before', 'moneyFirst']];
const byPage: Met = [
  ['before', 'money'],
  ['during', 'moneyChanges'],
  ['after', 'moneySlow'],
];
const crowded: Met = [['before', 'moneyCrowded']];

/** What is asked for where the mapping reads money. */
export const moneyEndpoints = {
  'QuickBooks: invoices': query('from invoice orderby', first),
  'QuickBooks: payments': query('from payment orderby', first),
  'QuickBooks: credit memos': query('from creditMemo orderby', first),
  'QuickBooks: sub-customers': query('where Job', [...first, ['before', 'money']]),
  'QuickBooks: invoices of customers': query('from invoice where CustomerRef', byPage),
  'QuickBooks: payments of customers': query('from payment where CustomerRef', byPage),
  'QuickBooks: credit memos of customers': query('from creditMemo where CustomerRef', byPage),
  'QuickBooks: open invoices': query('from invoice where Balance', [['before', 'moneyDay']]),
  'QuickBooks: changed invoices': query('from invoice where MetaData', crowded),
  'QuickBooks: changed payments': query('from payment where MetaData', crowded),
  'QuickBooks: changed credit memos': query('from creditMemo where MetaData', crowded),
  'QuickBooks: cdc with money': {
    twin: 'quickbooks',
    role: 'other',
    where: { route: 'GET /v3/company/{id}/cdc', text: 'Customer,Invoice' },
    met: byPage,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;

export type MoneyEndpoint = keyof typeof moneyEndpoints;

export const moneyLists: readonly string[] = Object.keys(moneyEndpoints).filter((name) => !name.includes('cdc'));

/** Those of which a scenario has several pages. */
export const pagedMoney: readonly (readonly [MoneyEndpoint, ScenarioName])[] = [
  ['QuickBooks: invoices of customers', 'moneyCrowded'],
  ['QuickBooks: changed invoices', 'moneyCrowded'],
];
