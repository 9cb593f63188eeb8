import { commonFaults, type FaultRule } from './kernel/faults.ts';
import { type RequestLog, serveTwin } from './kernel/server.ts';
import { quickbooksFaults } from './quickbooks/faults.ts';
import { createQuickBooksTwin, quickbooksCredentials } from './quickbooks/twin.ts';
import { zendeskCredentials } from './zendesk/auth.ts';
import type { Plan, RateFamily } from './zendesk/rates.ts';
import { zendeskFaults } from './zendesk/replies.ts';
import { createZendeskTwin } from './zendesk/twin.ts';

export { parseFaultRule } from './kernel/fault-rule.ts';
export type { FaultRule, Moment } from './kernel/faults.ts';
export { SandboxRefusal } from './kernel/refusal.ts';
export { type Plan, plans } from './zendesk/rates.ts';
export { quickbooksCredentials, zendeskCredentials };

/** What a twin can be told to do wrong. Any HTTP status besides. */
export const faultKinds = {
  quickbooks: [...commonFaults, ...Object.keys(quickbooksFaults)],
  zendesk: [...commonFaults, ...Object.keys(zendeskFaults)],
} as const;

export interface SandboxOptions {
  /** Customers in QuickBooks. Default 100. */
  readonly customers?: number;
  /** Users that are in Zendesk beforehand. Default 0. */
  readonly users?: number;
  /** The same seed gives the same people. */
  readonly seed?: number;
  readonly plan?: Plan;
  readonly rateFamily?: RateFamily;
  readonly jobLatencyMs?: number;
  readonly jobLatencySpreadMs?: number;
  readonly bulkEnabled?: boolean;
  readonly jobLimit?: number;
  readonly tokenTtlSeconds?: number;
  /** Of the QuickBooks company. */
  readonly country?: string;
  /** 0 picks a free one. */
  readonly quickbooksPort?: number;
  readonly zendeskPort?: number;
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
  /** A rolodesk.yaml for these twins; `more` is added at its end. */
  configText(more?: string): string;
  close(): Promise<void>;
}

/** Starts twins of QuickBooks and Zendesk on loopback. They share nothing with the connectors, so that they can disagree. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { customers = 100, users = 0, seed = 1, now = Date.now, tokenTtlSeconds = 3600 } = options;
  const quickbooks = createQuickBooksTwin({ customers, seed, now, tokenTtlSeconds, country: options.country ?? 'US' });
  const zendesk = createZendeskTwin({
    users,
    seed,
    now,
    plan: options.plan ?? 'enterprise-plus',
    rateFamily: options.rateFamily ?? 'x-rate-limit',
    jobLatencyMs: options.jobLatencyMs ?? 1_000,
    jobLatencySpreadMs: options.jobLatencySpreadMs ?? 0,
    bulkEnabled: options.bulkEnabled ?? true,
    jobLimit: options.jobLimit ?? 30,
    tokenTtlSeconds,
  });
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
  return {
    quickbooks: { ...served, ...quickbooks.control },
    zendesk: { ...servedZendesk, ...zendesk.control },
    configText: (more = '') => configText(served.url, servedZendesk.url, more),
    close: async () => {
      await Promise.all([served.close(), servedZendesk.close()]);
    },
  };
}

function configText(quickbooksUrl: string, zendeskUrl: string, more: string): string {
  const { realmId, clientId, clientSecret, refreshToken } = quickbooksCredentials;
  return `name: customers
source:
  connector: quickbooks
  environment: sandbox
  realmId: "${realmId}"
  clientId: ${clientId}
  clientSecret: ${clientSecret}
  refreshToken: ${refreshToken}
  baseUrl: ${quickbooksUrl}
  tokenUrl: ${quickbooksUrl}/oauth2/v1/tokens/bearer
destination:
  connector: zendesk
  baseUrl: ${zendeskUrl}
  auth:
    type: oauth
    clientId: ${zendeskCredentials.clientId}
    clientSecret: ${zendeskCredentials.clientSecret}
${more}`;
}
