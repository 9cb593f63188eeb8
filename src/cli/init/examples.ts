import { readFileSync } from 'node:fs';

/** A worked example of the connector `http`, in a folder of its name in examples/. */
export interface WorkedExample {
  readonly name: string;
  readonly title: string;
}

/** Those that `rolodesk init --source` begins with, each run against a twin of its API in the tests. */
export const workedExamples: readonly WorkedExample[] = [
  { name: 'bigcommerce', title: 'BigCommerce' },
  { name: 'chargebee', title: 'Chargebee' },
  { name: 'dynamics-365', title: 'Dynamics 365' },
  { name: 'freshdesk', title: 'Freshdesk' },
  { name: 'intercom', title: 'Intercom' },
  { name: 'klaviyo', title: 'Klaviyo' },
  { name: 'magento', title: 'Magento (Adobe Commerce)' },
  { name: 'netsuite', title: 'NetSuite' },
  { name: 'pipedrive', title: 'Pipedrive' },
  { name: 'salesforce', title: 'Salesforce' },
  { name: 'shopify', title: 'Shopify, REST' },
  { name: 'shopify-graphql', title: 'Shopify, GraphQL' },
  { name: 'stripe', title: 'Stripe' },
  { name: 'woocommerce', title: 'WooCommerce' },
  { name: 'xero', title: 'Xero' },
  { name: 'zoho-crm', title: 'Zoho CRM' },
];

export function isWorkedExample(name: string): boolean {
  return workedExamples.some((example) => example.name === name);
}

/** Its configuration without the line for editors, whose path is that of examples/. */
export function workedExampleText(name: string): string {
  const text = readFileSync(new URL(`../../../examples/${name}/rolodesk.yaml`, import.meta.url), 'utf8');
  return text.replace(/^# yaml-language-server:.*\n/, '');
}

/** Whether somebody signs in to it. */
export function hasSignIn(text: string): boolean {
  return /^\s+authorizeUrl:/m.test(text);
}
