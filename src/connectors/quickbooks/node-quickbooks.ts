import { createRequire } from 'node:module';
import { type QuickBooksConfig, quickbooksOrigin } from './config.ts';

export type Criterion = { readonly field: string; readonly value: unknown; readonly operator?: string };
type Callback = (error: unknown, data: unknown) => void;

/** The part of node-quickbooks that is used: it forms queries and sends them. No method that writes is named here. */
export interface NodeQuickBooks {
  endpoint: string;
  findCustomers(criteria: readonly Criterion[] | object, done: Callback): void;
  findCustomerTypes(criteria: readonly Criterion[], done: Callback): void;
  findTerms(criteria: readonly Criterion[], done: Callback): void;
  findInvoices(criteria: readonly Criterion[], done: Callback): void;
  findPayments(criteria: readonly Criterion[], done: Callback): void;
  findCreditMemos(criteria: readonly Criterion[], done: Callback): void;
  getCompanyInfo(id: string, done: Callback): void;
  changeDataCapture(entities: string, since: string, done: Callback): void;
}
type NodeQuickBooksClass = new (...options: unknown[]) => NodeQuickBooks;

/** Calls one method of the package, which calls `done` when it has the response. */
export type PackageCall = (quickbooks: NodeQuickBooks, done: Callback) => void;

/** Returns what makes an instance of the package for an access token: the package is loaded when the first one is made. */
export function createNodeQuickBooks(config: QuickBooksConfig): (accessToken: string) => NodeQuickBooks {
  const endpoint = `${quickbooksOrigin(config)}/v3/company/`;
  const isSandbox = config.environment === 'sandbox';
  // Loaded with the first request: commands that only look at the state do without. A CommonJS class whose declaration has
  // no construct signature under nodenext (TS2351).
  let loaded: NodeQuickBooksClass | undefined;
  const load = (): NodeQuickBooksClass => {
    loaded ??= createRequire(import.meta.url)('node-quickbooks') as NodeQuickBooksClass;
    return loaded;
  };

  return (accessToken) => {
    const { clientId, clientSecret, realmId } = config;
    const QuickBooks = load();
    const credentials = [clientId, clientSecret, accessToken, false, realmId];
    const debug = false;
    const minorVersion = 75;
    const quickbooks = new QuickBooks(...credentials, isSandbox, debug, minorVersion, '2.0', null);
    return Object.assign(quickbooks, { endpoint });
  };
}
