import { defined } from '../../../src/core/defined.ts';
import type { FaultRule, Moment } from '../../../src/sandbox/index.ts';
import type { ScenarioName } from '../scenarios/scenarios.ts';
import { sourceEndpoints } from '../sources/endpoints.ts';
import type { TwinName } from '../twins.ts';
import { moneyEndpoints } from './money-endpoints.ts';

/** A call that a run makes, actual apart by its purpose: one route may serve several. */
export interface Endpoint {
  readonly twin: TwinName;
  readonly where: Pick<FaultRule, 'route' | 'text'>;
  /** What the call is to the one who made it. `token`: it may spend a secret. `bulk`: it makes a job. `define`: it makes a custom field. */
  readonly role: 'token' | 'bulk' | 'define' | 'other';
  /** When it can be called next to the writes of a run, and in which scenario it is. What is not named can't be. */
  readonly met: readonly (readonly [Moment, ScenarioName])[];
}

type Met = Endpoint['met'];

const quickbooks = (route: string, text: string | undefined, met: Met): Endpoint => ({
  twin: 'quickbooks',
  role: 'other',
  where: { route, ...defined({ text }) },
  met,
});
const zendesk = (route: string, met: Met, role: Endpoint['role'] = 'other'): Endpoint => {
  const [method, path] = route.split(' ');
  return { twin: 'zendesk', role, where: { route: `${method} /api/v2/${path}` }, met };
};
const query = 'GET /v3/company/{id}/query';

/** Every endpoint that Rolodesk calls. One that is called and not named here fails the matrix. */
export const endpoints: Readonly<Record<string, Endpoint>> = {
  'QuickBooks: token': {
    twin: 'quickbooks',
    role: 'token',
    where: { route: 'POST /oauth2/v1/tokens/bearer' },
    met: [
      ['before', 'few'],
      ['during', 'expired'],
      ['after', 'slowPages'],
    ],
  },
  'QuickBooks: companyinfo': quickbooks('GET /v3/company/{id}/companyinfo/{id}', undefined, [
    ['before', 'few'],
    ['before', 'moneyFirst'],
    ['before', 'moneyDay'],
  ]),
  'QuickBooks: count': quickbooks(query, 'count(*)', [
    ['before', 'few'],
    ['during', 'pages'],
    ['after', 'slowPages'],
  ]),
  'QuickBooks: page': quickbooks(query, 'where Active IN (true,false) orderby', [
    ['before', 'few'],
    ['during', 'pages'],
    ['after', 'slowPages'],
  ]),
  'QuickBooks: changed page': quickbooks(query, 'from customer where MetaData', [
    ['before', 'second'],
    ['before', 'money'],
    ['during', 'changes'],
    ['after', 'slowChanges'],
  ]),
  'QuickBooks: by id': quickbooks(query, 'where Id', [
    ['before', 'only'],
    ['before', 'moneyDay'],
    ['during', 'onlyMany'],
    ['after', 'slowMany'],
  ]),
  'QuickBooks: cdc': quickbooks('GET /v3/company/{id}/cdc', undefined, [
    ['before', 'second'],
    ['during', 'changes'],
    ['after', 'slowChanges'],
  ]),
  'QuickBooks: customer types': quickbooks(query, 'from customerType', [['before', 'names']]),
  'QuickBooks: terms': quickbooks(query, 'from term', [['before', 'names']]),
  ...moneyEndpoints,
  'POST oauth/tokens (client)': {
    twin: 'zendesk',
    role: 'token',
    where: { route: 'POST /oauth/tokens', text: 'client_credentials' },
    met: [
      ['before', 'few'],
      ['during', 'long'],
      ['after', 'long'],
    ],
  },
  'POST oauth/tokens (refresh)': {
    twin: 'zendesk',
    role: 'token',
    where: { route: 'POST /oauth/tokens', text: '"refresh_token"' },
    met: [
      ['before', 'rotating'],
      ['during', 'rotating'],
      ['after', 'rotating'],
    ],
  },
  'GET users/me': zendesk('GET users/me', [['before', 'few']]),
  'GET account/settings': zendesk('GET account/settings', [['before', 'few']]),
  'GET user_fields': zendesk('GET user_fields', [['before', 'few']]),
  'GET organization_fields': zendesk('GET organization_fields', [['before', 'companies']]),
  'GET locales': zendesk('GET locales', [['before', 'names']]),
  'POST user_fields': zendesk('POST user_fields', [['before', 'fields']], 'define'),
  'POST user_fields/…/options': zendesk('POST user_fields/{id}/options', [['after', 'fields']], 'define'),
  'GET users': zendesk('GET users', [
    ['before', 'few'],
    ['after', 'lostCommas'],
  ]),
  'GET incremental/users': zendesk('GET incremental/users/cursor', [
    ['before', 'address'],
    ['before', 'merged'],
    ['after', 'identityLost'],
  ]),
  'GET users/show_many': zendesk('GET users/show_many', [
    ['before', 'undo'],
    ['during', 'many'],
    ['after', 'first'],
    ['before', 'lostBefore'],
    ['after', 'lostAfter'],
    ['before', 'merged'],
    ['after', 'shared'],
    ['before', 'mergePairs'],
    ['after', 'mergePairs'],
  ]),
  'GET users/search': zendesk('GET users/search', [
    ['before', 'singleTaken'],
    ['before', 'staleSearch'],
    ['before', 'merged'],
    ['during', 'createsFirst'],
    ['after', 'first'],
  ]),
  'GET users/…/related': zendesk('GET users/{id}/related', [
    ['before', 'undo'],
    ['during', 'undoTickets'],
  ]),
  'GET incremental/tickets': zendesk('GET incremental/tickets/cursor', [['before', 'undoMany']]),
  'GET tickets': zendesk('GET tickets', [
    ['before', 'undoMany'],
    ['during', 'undoMany'],
  ]),
  'POST users/create_many': zendesk(
    'POST users/create_many',
    [
      ['before', 'few'],
      ['during', 'onlyMany'],
      ['after', 'oneJob'],
      ['after', 'shared'],
    ],
    'bulk',
  ),
  'PUT users/update_many': zendesk(
    'PUT users/update_many',
    [
      ['before', 'updates'],
      ['during', 'second'],
      ['after', 'second'],
      ['during', 'undoMany'],
      ['before', 'shared'],
      ['after', 'shared'],
    ],
    'bulk',
  ),
  'DELETE users/destroy_many': zendesk(
    'DELETE users/destroy_many',
    [
      ['before', 'deletes'],
      ['during', 'undoMany'],
      ['after', 'deletes'],
    ],
    'bulk',
  ),
  'GET job_statuses': zendesk('GET job_statuses', [
    ['before', 'lostBefore'],
    ['during', 'lost'],
    ['after', 'lostAfter'],
  ]),
  'GET job_statuses/show_many': zendesk('GET job_statuses/show_many', [
    ['during', 'few'],
    ['after', 'few'],
    ['during', 'lost'],
    ['during', 'shared'],
  ]),
  'POST users': zendesk('POST users', [
    ['before', 'singleTaken'],
    ['after', 'single'],
  ]),
  'PUT users/…': zendesk('PUT users/{id}', [
    ['before', 'singleUpdates'],
    ['after', 'single'],
  ]),
  'DELETE users/…': zendesk('DELETE users/{id}', [
    ['before', 'singleDeletes'],
    ['after', 'single'],
  ]),
  'PUT users/…/merge': zendesk('PUT users/{id}/merge', [
    ['before', 'mergePairs'],
    ['after', 'mergePairs'],
  ]),
  'GET organizations/show_many': zendesk('GET organizations/show_many', [
    ['before', 'related'],
    ['during', 'shared'],
  ]),
  'GET organizations/search': zendesk('GET organizations/search', [
    ['before', 'related'],
    ['before', 'relatedCommas'],
    ['during', 'relatedAmong'],
  ]),
  'POST organizations/create_many': zendesk(
    'POST organizations/create_many',
    [
      ['before', 'relatedFirst'],
      ['during', 'relatedAmong'],
      ['after', 'related'],
      ['during', 'shared'],
    ],
    'bulk',
  ),
  'PUT organizations/update_many': zendesk(
    'PUT organizations/update_many',
    [
      ['before', 'related'],
      ['during', 'relatedAmong'],
    ],
    'bulk',
  ),
  'POST organizations': zendesk('POST organizations', [
    ['before', 'relatedSingleFirst'],
    ['after', 'relatedSingle'],
  ]),
  'GET organizations/…/related': zendesk('GET organizations/{id}/related', [['after', 'undoRelated']]),
  'DELETE organizations/destroy_many': zendesk('DELETE organizations/destroy_many', [['after', 'undoRelated']], 'bulk'),
  'DELETE organizations/…': zendesk('DELETE organizations/{id}', [['after', 'undoRelatedSingle']]),
  'POST memberships/create_many': zendesk(
    'POST organization_memberships/create_many',
    [
      ['during', 'relatedAmong'],
      ['after', 'relatedFirst'],
      ['after', 'related'],
      ['during', 'shared'],
      ['after', 'sharedFirst'],
    ],
    'bulk',
  ),
  'GET users/…/memberships': zendesk('GET users/{id}/organization_memberships', [['after', 'relatedSingle']]),
  'POST users/…/memberships': zendesk('POST users/{id}/organization_memberships', [['after', 'relatedSingle']]),
  // These come after the job that adds memberships, which is looked at when the last job has ended: never during one.
  'DELETE users/…/organizations': zendesk('DELETE users/{id}/organizations/{id}', [
    ['after', 'related'],
    ['after', 'shared'],
  ]),
  'PUT organizations make_default': zendesk('PUT users/{id}/organizations/{id}/make_default', [
    ['after', 'related'],
    ['after', 'shared'],
  ]),
  'GET identities': zendesk('GET users/{id}/identities', [
    ['before', 'swap'],
    ['before', 'merged'],
    ['during', 'createsFirst'],
    ['after', 'first'],
    ['during', 'shared'],
    ['after', 'mergePairs'],
  ]),
  'POST identities': zendesk('POST users/{id}/identities', [
    ['before', 'address'],
    ['during', 'updatesFirst'],
    ['after', 'second'],
    ['after', 'undo'],
    ['after', 'shared'],
  ]),
  'PUT make_primary': zendesk('PUT users/{id}/identities/{id}/make_primary', [
    ['before', 'ownSecond'],
    ['during', 'updatesFirst'],
    ['after', 'second'],
    ['after', 'shared'],
  ]),
  'DELETE identities': zendesk('DELETE users/{id}/identities/{id}', [
    ['before', 'swap'],
    ['during', 'updatesFirst'],
    ['after', 'second'],
    ['after', 'related'],
    ['during', 'shared'],
  ]),
  ...sourceEndpoints,
};
