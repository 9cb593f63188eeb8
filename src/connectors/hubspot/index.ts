import { defineConnector } from '../../core/connector.ts';
import { hubspotConfigSchema } from './config.ts';
import { contact } from './contact.ts';
import { createHubspotSource } from './source.ts';

export const hubspot = defineConnector({
  specVersion: 1,
  name: 'hubspot',
  title: 'HubSpot',
  reads: 'contacts',
  config: hubspotConfigSchema,
  record: contact,
  // 100 in 10 s for each private app, and 5 a second for all searches of the account: one more app may search next to us.
  limits: {
    perSecond: 4,
    concurrent: 2,
    documented: 'HubSpot, "API usage guidelines and limits" and "Search the CRM"',
  },
  mapping: {
    name: "{% assign name = properties.firstname | append: ' ' | append: properties.lastname | strip %}{{ name | default: properties.email }}",
    email: 'properties.email',
    phone: 'properties.phone',
    tags: ['hubspot'],
  },
  account: ({ portalId }) => portalId,
  accountLabel: ({ portalId }) => `HubSpot account ${portalId}`,
  recordUrl: ({ portalId }, key) =>
    `https://app.hubspot.com/contacts/${encodeURIComponent(portalId)}/record/0-1/${encodeURIComponent(key)}`,
  origin: ({ baseUrl }) => baseUrl,
  createSource: createHubspotSource,
});
