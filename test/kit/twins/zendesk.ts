import nock from 'nock';
import { onTestFinished } from 'vitest';
import { createZendeskApi } from '../../../src/connectors/zendesk/api/api.ts';
import { classifyZendesk } from '../../../src/connectors/zendesk/api/http.ts';
import { zendesk } from '../../../src/connectors/zendesk/index.ts';
import { completeSink } from '../../../src/core/complete-sink.ts';
import type { SinkPolicies } from '../../../src/core/destination.ts';
import { createHttpClient } from '../../../src/core/http/client.ts';
import { createRateLimiter } from '../../../src/core/http/rate-limiter.ts';
import { memoryCredentials, quiet } from '../ports.ts';
import { createTestClock } from '../test-clock.ts';

/** A Zendesk account by nock, with replies in the shapes that were recorded, and clients that speak to it. */

export const account = 'https://acme.zendesk.com';
export const zen = () => nock(account);
export const signal: AbortSignal = new AbortController().signal;

export function createApi() {
  const { clock, slept } = createTestClock({ moves: 'at-once' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 4 }, clock });
  const classify = classifyZendesk({ clock, origin: account, block: 'destination' });
  const http = createHttpClient({
    name: 'Zendesk',
    origin: account,
    rateLimiter,
    clock,
    log: quiet,
    classify,
    random: () => 1,
  });
  onTestFinished(() => http.close());
  const warnings: string[] = [];
  const api = createZendeskApi({ http, clock, onApiWarning: (text) => warnings.push(text) });
  return { api, clock, slept, warnings };
}

export function createSink({
  auth = { type: 'bearer', token: 'a-token' },
  fields = [],
  policies = {},
}: {
  readonly auth?: object;
  readonly fields?: readonly string[];
  readonly policies?: Partial<SinkPolicies>;
} = {}) {
  const { clock, slept } = createTestClock({ moves: 'at-once' });
  const own = zendesk.createSink({
    config: zendesk.config.parse({ connector: 'zendesk', subdomain: 'acme', auth }),
    credentials: memoryCredentials(),
    clock,
    log: quiet,
    onSecret: () => undefined,
    fields,
    policies: {
      inactive: 'tag',
      conflict: 'reject',
      oldEmail: 'remove',
      deletedInDestination: 'skip',
      staff: 'skip',
      ownership: {},
      ...policies,
    },
    sourceName: 'quickbooks',
  });
  const sink = completeSink(own, { title: zendesk.title, clock });
  onTestFinished(() => sink.close());
  return { sink, slept };
}

export const job = (id: string, more: object = {}) => ({
  id,
  url: `${account}/api/v2/job_statuses/${id}.json`,
  total: 2,
  progress: null,
  status: 'queued',
  message: null,
  results: null,
  ...more,
});

export const address = (id: number, value: string, primary = false) => ({
  id,
  user_id: 7,
  type: 'email',
  value,
  verified: false,
  primary,
});
