import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseDocument } from 'yaml';
import { quickbooksCredentials, type Sandbox, zendeskCredentials } from '../../src/sandbox/index.ts';
import { testKey } from '../kit/test-key.ts';

const examples = resolve(import.meta.dirname, '../../examples');

/** Folders of examples/. */
export const exampleNames = readdirSync(examples);

/** What the variables of the examples are on the sandbox. */
export const sandboxEnv: Readonly<Record<string, string>> = {
  QBO_REALM_ID: quickbooksCredentials.realmId,
  QBO_CLIENT_ID: quickbooksCredentials.clientId,
  QBO_CLIENT_SECRET: quickbooksCredentials.clientSecret,
  QBO_REFRESH_TOKEN: quickbooksCredentials.refreshToken,
  SOURCE_ZENDESK_SUBDOMAIN: 'acme-old',
  SOURCE_ZENDESK_CLIENT_ID: zendeskCredentials.clientId,
  SOURCE_ZENDESK_CLIENT_SECRET: zendeskCredentials.clientSecret,
  ZENDESK_SUBDOMAIN: 'acme',
  ZENDESK_CLIENT_ID: zendeskCredentials.clientId,
  ZENDESK_CLIENT_SECRET: zendeskCredentials.clientSecret,
  ZENDESK_USER_EMAIL: zendeskCredentials.email,
  ZENDESK_API_TOKEN: zendeskCredentials.apiToken,
  CRM_TOKEN: 'crm-token',
  ACME_TOKEN: 'acme-token',
  STRIPE_ACCOUNT: 'acct_1',
  STRIPE_API_KEY: 'rk_live_key',
  SHOPIFY_SHOP: 'https://kestrel.example.com',
  SHOPIFY_TOKEN: 'shpat_token',
  FRESHDESK_URL: 'https://kestrel.example.com',
  FRESHDESK_API_KEY: 'freshdesk-key',
  XERO_TENANT_ID: '45e4708e-d862-4111-ab3a-dd8cd03913e1',
  XERO_CLIENT_ID: 'xero-client',
  XERO_CLIENT_SECRET: 'xero-secret',
  XERO_REFRESH_TOKEN: 'xero-refresh-0',
  ROLODESK_KEY: testKey,
};

export function textOf(example: string, file = 'rolodesk.yaml'): string {
  return readFileSync(join(examples, example, file), 'utf8');
}

/** A copy of an example in a folder of its own, word for word except for the origins, which become the sandbox's. */
export function copyForSandbox(example: string, box: Sandbox, sourceUrl = box.quickbooks.url): string {
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(examples, example), folder, { recursive: true });
  const config = parseDocument(textOf(example));
  config.deleteIn(['destination', 'subdomain']);
  config.setIn(['destination', 'baseUrl'], box.zendesk.url);
  const connector = config.getIn(['source', 'connector']);
  config.deleteIn(['source', 'subdomain']);
  if (connector !== 'worksheet') config.setIn(['source', 'baseUrl'], sourceUrl);
  const tokenUrl = config.getIn(['source', 'auth', 'tokenUrl']);
  if (typeof tokenUrl === 'string')
    config.setIn(['source', 'auth', 'tokenUrl'], `${sourceUrl}${new URL(tokenUrl).pathname}`);
  if (connector === 'quickbooks') config.setIn(['source', 'tokenUrl'], `${sourceUrl}/oauth2/v1/tokens/bearer`);
  writeFileSync(join(folder, 'rolodesk.yaml'), config.toString());
  return folder;
}
