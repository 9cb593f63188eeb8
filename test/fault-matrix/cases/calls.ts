import type { QuickBooksClient } from '../../../src/connectors/quickbooks/client.ts';
import type { ZendeskApi } from '../../../src/connectors/zendesk/api/api.ts';
import { moneyLists } from './money-endpoints.ts';

/** Asked where Zendesk is the source, or by an audit, which no run is. */
type OfOthers = 'countUsers' | 'listMemberships' | 'listOrganizations';

/**
 * The endpoints that each call of the product asks. A call that is added to the product and not here does not compile; an
 * endpoint that is named here and not in the matrix fails a test.
 */
export const zendeskCalls = {
  me: ['GET users/me'],
  accountSettings: ['GET account/settings'],
  userFields: ['GET user_fields'],
  organizationFields: ['GET organization_fields'],
  createField: ['POST user_fields'],
  addFieldOption: ['POST user_fields/…/options'],
  locales: ['GET locales'],
  listUsers: ['GET users'],
  exportUsers: ['GET incremental/users'],
  showMany: ['GET users/show_many', 'GET users'],
  createdSince: ['GET users/show_many', 'GET users', 'GET incremental/users'],
  usersById: ['GET users/show_many'],
  countTickets: ['GET users/…/related'],
  exportTickets: ['GET incremental/tickets'],
  newestTickets: ['GET tickets'],
  searchByEmail: ['GET users/search'],
  identities: ['GET identities'],
  addIdentity: ['POST identities'],
  makePrimary: ['PUT make_primary'],
  deleteIdentity: ['DELETE identities'],
  allowsBulk: ['POST users/create_many'],
  createMany: ['POST users/create_many'],
  updateMany: ['PUT users/update_many'],
  destroyMany: ['DELETE users/destroy_many'],
  createUser: ['POST users'],
  updateUser: ['PUT users/…'],
  deleteUser: ['DELETE users/…'],
  mergeUser: ['PUT users/…/merge'],
  jobStatuses: ['GET job_statuses/show_many'],
  listJobs: ['GET job_statuses'],
  showOrganizations: ['GET organizations/show_many', 'GET organizations/search'],
  organizationsById: ['GET organizations/show_many'],
  organizationNamed: ['GET organizations/search'],
  createOrganizations: ['POST organizations/create_many'],
  updateOrganizations: ['PUT organizations/update_many'],
  createOrganization: ['POST organizations'],
  createMemberships: ['POST memberships/create_many'],
  membershipsOf: ['GET users/…/memberships'],
  joinOrganization: ['POST users/…/memberships'],
  leaveOrganization: ['DELETE users/…/organizations'],
  makeDefaultOrganization: ['PUT organizations make_default'],
  usesOfOrganization: ['GET organizations/…/related'],
  destroyOrganizations: ['DELETE organizations/destroy_many'],
  deleteOrganization: ['DELETE organizations/…'],
} satisfies Record<Exclude<keyof ZendeskApi, 'serverNow' | OfOthers>, readonly string[]>;

export const quickbooksCalls = {
  companyInfo: ['QuickBooks: companyinfo'],
  count: ['QuickBooks: count'],
  query: [
    'QuickBooks: page',
    'QuickBooks: changed page',
    'QuickBooks: by id',
    'QuickBooks: customer types',
    'QuickBooks: terms',
    ...moneyLists,
  ],
  changes: ['QuickBooks: cdc', 'QuickBooks: cdc with money'],
} satisfies Record<Exclude<keyof QuickBooksClient, 'counters'>, readonly string[]>;

/** What the source asks of a Zendesk account that is read from. */
export const sourceCalls = {
  me: ['source: GET users/me'],
  countUsers: ['source: GET users/count'],
  userFields: ['source: GET user_fields'],
  listUsers: ['source: GET users'],
  exportUsers: ['source: GET incremental/users'],
  usersById: ['source: GET users/show_many'],
  listMemberships: ['source: GET organization_memberships'],
  membershipsOf: ['source: GET users/…/memberships'],
  organizationsById: ['source: GET organizations/show_many'],
  identities: ['source: GET identities'],
} satisfies Partial<Record<keyof ZendeskApi, readonly string[]>>;

/** The token endpoints of all sides, which are asked by those who keep the tokens; and the one call of the `http` source. */
export const tokenCalls = [
  'source: POST oauth/tokens',
  'REST API: token',
  'REST API: list',
  'QuickBooks: token',
  'POST oauth/tokens (client)',
  'POST oauth/tokens (refresh)',
] as const;
