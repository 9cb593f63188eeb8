import { quickbooksCredentials } from './quickbooks/credentials.ts';
import { quickbooksFaults } from './quickbooks/faults.ts';
import { oddResponses } from './quickbooks/odd-responses.ts';
import { createQuickBooksTwin } from './quickbooks/twin.ts';
import { seedAccount } from './seed-account.ts';
import { commonFaults, type FaultRule } from './server/fault-rule.ts';
import type { RequestLog } from './server/request-log.ts';
import { serveTwin } from './server/server.ts';
import { zendeskCredentials } from './zendesk/account/credentials.ts';
import type { Plan, RateFamily } from './zendesk/account/rates.ts';
import { zendeskFaults } from './zendesk/api/faults.ts';
import { oddLists } from './zendesk/api/odd-lists.ts';
import { createZendeskTwin } from './zendesk/twin.ts';

export type { FaultRule, Moment } from './server/fault-rule.ts';
export { parseFaultRule } from './server/fault-rule.ts';
export { SandboxRequestError } from './server/request-error.ts';
export { type Plan, plans } from './zendesk/account/rates.ts';
export { quickbooksCredentials, zendeskCredentials };

/** What a twin can be set to do wrong. Any HTTP status works as well. */
export const faultKinds = {
  quickbooks: [...commonFaults, ...Object.keys(quickbooksFaults), ...Object.keys(oddResponses)],
  zendesk: [...commonFaults, ...Object.keys(zendeskFaults), ...Object.keys(oddLists)],
} as const;

export interface SandboxOptions {
  /**
   * What the configuration reads from. `zendesk`: a second account, in use for years, whose people are the customers.
   * Default: quickbooks.
   */
  readonly from?: 'quickbooks' | 'zendesk';
  /** Customers in the source. Default 100. */
  readonly customers?: number;
  /** Users that are in Zendesk beforehand. Default 0. */
  readonly users?: number;
  /** The same seed gives the same people. */
  readonly seed?: number;
  readonly plan?: Plan;
  readonly rateFamily?: RateFamily;
  readonly jobLatencyMs?: number;
  readonly jobLatencySpreadMs?: number;
  /** How many jobs Zendesk works on at once. Default: all of them. */
  readonly jobsAtOnce?: number;
  readonly bulkEnabled?: boolean;
  readonly jobLimit?: number;
  readonly tokenTtlSeconds?: number;
  /** Of the QuickBooks company. */
  readonly country?: string;
  /** That its customers were sent. Default 0: their balances are chance. */
  readonly invoices?: number;
  /** Default: a third of the invoices. */
  readonly payments?: number;
  /** Of the QuickBooks company. */
  readonly timeZone?: string;
  /** 0 picks a free one. */
  readonly quickbooksPort?: number;
  readonly zendeskPort?: number;
  /** Of the Zendesk that is read from. */
  readonly sourcePort?: number;
  readonly quickbooksFaults?: readonly FaultRule[];
  readonly zendeskFaults?: readonly FaultRule[];
  /** The twins' clock. */
  readonly now?: () => number;
}

interface ServedTwin {
  readonly url: string;
  readonly faults: {
    add(rule: FaultRule): void;
    clear(): void;
    /** The rules, how many requests each saw and how many it struck. */
    list(): readonly (FaultRule & { readonly seen: number; readonly applied: number })[];
  };
  requests(): RequestLog;
  resetRequests(): void;
}

export interface Sandbox {
  readonly quickbooks: ServedTwin & ReturnType<typeof createQuickBooksTwin>['control'];
  readonly zendesk: ServedTwin & ReturnType<typeof createZendeskTwin>['control'];
  /** The account that is read from, where the source is one. */
  readonly zendeskSource: (ServedTwin & ReturnType<typeof createZendeskTwin>['control']) | undefined;
  /** A rolodesk.yaml for these twins; `more` is added at its end. */
  configText(more?: string): string;
  close(): Promise<void>;
}

/** Starts twins of QuickBooks and Zendesk on loopback, two of the latter for a migration. They share nothing with the connectors, so that they can disagree. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { customers = 100, users = 0, seed = 1, now = Date.now, tokenTtlSeconds = 3600 } = options;
  const isMigration = options.from === 'zendesk';
  const quickbooks = createQuickBooksTwin({
    customers: isMigration ? 0 : customers,
    seed,
    now,
    tokenTtlSeconds,
    country: options.country ?? 'US',
    invoices: isMigration ? 0 : (options.invoices ?? 0),
    payments: options.payments ?? Math.floor((options.invoices ?? 0) / 3),
    timeZone: options.timeZone,
  });
  const account = {
    now,
    plan: options.plan ?? 'enterprise-plus',
    rateFamily: options.rateFamily ?? 'x-rate-limit',
    jobLatencyMs: options.jobLatencyMs ?? 1_000,
    jobLatencySpreadMs: options.jobLatencySpreadMs ?? 0,
    jobsAtOnce: options.jobsAtOnce ?? Number.POSITIVE_INFINITY,
    bulkEnabled: options.bulkEnabled ?? true,
    jobLimit: options.jobLimit ?? 30,
    tokenTtlSeconds,
  };
  const zendesk = createZendeskTwin({ ...account, users, seed });
  const old = isMigration ? createZendeskTwin({ ...account, users: 0, seed: seed + 2 }) : undefined;
  if (old) seedAccount(old.control, { customers, seed });
  const served = await serveTwin(quickbooks.twin, {
    port: options.quickbooksPort ?? 0,
    seed,
    now,
    writes: zendesk.control.writes,
    faults: options.quickbooksFaults ?? [],
  });
  const servedZendesk = await serveTwin(zendesk.twin, {
    port: options.zendeskPort ?? 0,
    seed: seed + 1,
    now,
    writes: zendesk.control.writes,
    faults: options.zendeskFaults ?? [],
  });
  const servedOld =
    old &&
    (await serveTwin(old.twin, {
      port: options.sourcePort ?? 0,
      seed: seed + 2,
      now,
      // Of the destination: that is what faults by moment go by.
      writes: zendesk.control.writes,
      faults: [],
    }));
  return {
    quickbooks: { ...served, ...quickbooks.control },
    zendesk: { ...servedZendesk, ...zendesk.control },
    zendeskSource: old && servedOld && { ...servedOld, ...old.control },
    configText: (more = '') =>
      configText(servedOld ? zendeskBlock(servedOld.url) : quickbooksBlock(served.url), servedZendesk.url, more),
    close: async () => {
      await Promise.all([served.close(), servedZendesk.close(), servedOld?.close()]);
    },
  };
}

/** A rolodesk.yaml for a sandbox that runs elsewhere. */
export function sandboxConfig({
  quickbooksUrl,
  zendeskUrl,
}: {
  readonly quickbooksUrl: string;
  readonly zendeskUrl: string;
}): string {
  return configText(quickbooksBlock(quickbooksUrl), zendeskUrl, '');
}

function configText(source: string, zendeskUrl: string, more: string): string {
  return `name: customers
source:
${source}
destination:
${zendeskAccount(zendeskUrl)}
${more}`;
}

function quickbooksBlock(url: string): string {
  const { realmId, clientId, clientSecret, refreshToken } = quickbooksCredentials;
  return `  connector: quickbooks
  environment: sandbox
  realmId: "${realmId}"
  clientId: ${clientId}
  clientSecret: ${clientSecret}
  refreshToken: ${refreshToken}
  baseUrl: ${url}
  tokenUrl: ${url}/oauth2/v1/tokens/bearer
  authorizeUrl: ${url}/connect/oauth2
  revokeUrl: ${url}/v2/oauth2/tokens/revoke`;
}

/** A name for the account: without it, ids would hold the port, and change with it. */
function zendeskBlock(url: string): string {
  return `${zendeskAccount(url)}
  account: sandbox`;
}

function zendeskAccount(url: string): string {
  return `  connector: zendesk
  baseUrl: ${url}
  auth:
    type: oauth
    clientId: ${zendeskCredentials.clientId}
    clientSecret: ${zendeskCredentials.clientSecret}`;
}
