import { pageNumber } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';
import { isSigned } from './netsuite.ts';

const criterion = 'searchCriteria[filterGroups][0][filters][0]';

/**
 * Customers of Adobe Commerce (Magento). developer.adobe.com/commerce/webapi/rest, "Search using REST endpoints", "OAuth-based
 * authentication" (HMAC-SHA256). A page beyond the last is the last one again (github.com/magento/magento2, issue 3787); the body
 * of a 401: issues 39289 and 40960 there. Read 2026-11-28. Not confirmed: the page of a 429, which comes from what stands before
 * the shop, and the messages of 400 and 404.
 */
export const magento: Vendor = {
  name: 'magento',
  size: 9,
  countsPages: true,
  auth: { type: 'fixed', isKnown: isSigned },
  unauthorized: {
    status: 401,
    body: {
      message: "The consumer isn't authorized to access %resources.",
      parameters: { resources: 'Magento_Customer::customer' },
    },
  },
  throttled: {
    status: 429,
    headers: { 'content-type': 'text/html' },
    body: '<html><head><title>429 Too Many Requests</title></head></html>',
  },
  waitMs: 10_000,
  handle({ path, query }, { select }) {
    if (path !== '/rest/V1/customers/search')
      return { status: 404, body: { message: 'Request does not match any route.' } };
    const value = query.get(`${criterion}[value]`);
    const isWhole =
      query.get(`${criterion}[field]`) === 'updated_at' && query.get(`${criterion}[conditionType]`) === 'gteq';
    if (value !== null && (!isWhole || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)))
      return { status: 400, body: { message: 'Invalid search criteria.' } };
    const found = select(value === null ? undefined : Date.parse(`${value.replace(' ', 'T')}Z`));
    const asked = Number(query.get('searchCriteria[currentPage]') ?? 1);
    const last = Math.max(1, Math.ceil(found.length / 9));
    const { rows, total } = pageNumber(found, Math.min(asked, last), 9);
    return {
      status: 200,
      body: {
        items: rows.map(({ n, name, email, at }) => ({
          id: n,
          email,
          firstname: name,
          lastname: '',
          updated_at: new Date(at).toISOString().slice(0, 19).replace('T', ' '),
          addresses: [],
        })),
        search_criteria: { page_size: 9, current_page: asked },
        total_count: total,
      },
    };
  },
};
