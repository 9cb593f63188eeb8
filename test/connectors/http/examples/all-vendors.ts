import type { Vendor } from './vendor-twin.ts';
import { bigcommerce } from './vendors/bigcommerce.ts';
import { chargebee } from './vendors/chargebee.ts';
import { dynamics365 } from './vendors/dynamics-365.ts';
import { freshdesk } from './vendors/freshdesk.ts';
import { intercom } from './vendors/intercom.ts';
import { klaviyo } from './vendors/klaviyo.ts';
import { magento } from './vendors/magento.ts';
import { netsuite } from './vendors/netsuite.ts';
import { pipedrive } from './vendors/pipedrive.ts';
import { salesforce } from './vendors/salesforce.ts';
import { shopify } from './vendors/shopify.ts';
import { shopifyGraphql } from './vendors/shopify-graphql.ts';
import { stripe } from './vendors/stripe.ts';
import { woocommerce } from './vendors/woocommerce.ts';
import { xero } from './vendors/xero.ts';
import { zohoCrm } from './vendors/zoho-crm.ts';

/** Every worked example, each with a twin of its own. */
export const vendors: readonly Vendor[] = [
  bigcommerce,
  chargebee,
  dynamics365,
  freshdesk,
  intercom,
  klaviyo,
  magento,
  netsuite,
  pipedrive,
  salesforce,
  shopify,
  shopifyGraphql,
  stripe,
  woocommerce,
  xero,
  zohoCrm,
];
