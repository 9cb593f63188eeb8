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
  SALESFORCE_URL: 'https://kestrel.example.com',
  SALESFORCE_CLIENT_ID: 'salesforce-client',
  SALESFORCE_CLIENT_SECRET: 'salesforce-secret',
  DYNAMICS_URL: 'https://kestrel.example.com',
  AZURE_TENANT_ID: 'kestrel-tenant',
  AZURE_CLIENT_ID: 'azure-client',
  AZURE_CLIENT_SECRET: 'dynamics-secret',
  NETSUITE_URL: 'https://kestrel.example.com',
  NETSUITE_ACCOUNT: '1234567_SB1',
  NETSUITE_CONSUMER_KEY: 'consumer-key',
  NETSUITE_CONSUMER_SECRET: 'consumer-secret',
  NETSUITE_TOKEN: 'token-id',
  NETSUITE_TOKEN_SECRET: 'token-secret',
  INTERCOM_WORKSPACE: 'kestrel1',
  INTERCOM_TOKEN: 'intercom-token',
  ZOHO_ORG: 'kestrel1',
  ZOHO_CLIENT_ID: 'zoho-client',
  ZOHO_CLIENT_SECRET: 'zoho-secret',
  PIPEDRIVE_URL: 'https://kestrel.example.com',
  PIPEDRIVE_TOKEN: 'pipedrive-token',
  WOOCOMMERCE_URL: 'https://kestrel.example.com',
  WOOCOMMERCE_KEY: 'ck_key',
  WOOCOMMERCE_SECRET: 'cs_secret',
  BIGCOMMERCE_STORE: 'kestrel1',
  BIGCOMMERCE_TOKEN: 'bigcommerce-token',
  CHARGEBEE_URL: 'https://kestrel.example.com',
  CHARGEBEE_API_KEY: 'chargebee-key',
  KLAVIYO_ACCOUNT: 'AbCdEf',
  KLAVIYO_API_KEY: 'pk_klaviyo',
  MAGENTO_URL: 'https://kestrel.example.com',
  MAGENTO_CONSUMER_KEY: 'consumer-key',
  MAGENTO_CONSUMER_SECRET: 'consumer-secret',
  MAGENTO_TOKEN: 'token-id',
  MAGENTO_TOKEN_SECRET: 'token-secret',
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
