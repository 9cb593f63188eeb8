import type { Moment } from '../../../src/sandbox/index.ts';
import type { ScenarioName } from '../scenarios/scenarios.ts';
import { endingOfSource, isMetBySource, kindsOfSource, lastingOfSource } from '../sources/kinds.ts';
import { kindsOfTwin } from '../twins.ts';
import { type Endpoint, endpoints } from './endpoints.ts';
import { moneyLists, pagedMoney } from './money-endpoints.ts';

/** One fault at one endpoint in one scenario. */
export interface Cell {
  readonly endpoint: string;
  readonly kind: string;
  readonly scenario: ScenarioName;
  /** When it strikes, once; `lasting`: at every call until the run has given up. */
  readonly when: Moment | 'lasting';
}

/** How the run under the fault may end. After it, with the fault gone, every cell must end like a clean run. */
export type Ending =
  | { readonly kind: 'like-clean' }
  | { readonly kind: 'fails'; readonly exitCodes: readonly number[] }
  /** Rows are refused for want of a right: once it is given, a retry writes them. */
  | { readonly kind: 'rejects' }
  /** A request that is refused as a whole is sent in parts; one row that is left of it is refused, and written by a retry. */
  | { readonly kind: 'may-reject' }
  /** What came with the users stays, and a second undo takes it. */
  | { readonly kind: 'leaves' }
  /** The run ends, and says what it could not read or write: the next full sync brings it. */
  | { readonly kind: 'heals' }
  /** An organization could not be brought in step, which is warned of: the next full sync tries again. */
  | { readonly kind: 'warns' }
  /** The place to go on from is refused: everything is read again, and no more is written for it. */
  | { readonly kind: 'reads-all' }
  | { readonly kind: 'either'; readonly exitCodes: readonly number[] };

/** A service that is out until somebody mends it: refusing, failing, silent, or doing everything without ever saying so. */
const lastingKinds = ['429', '503', 'hang', 'reset-after'];

const userRefusals = ['403', '404', '409', '422'];

/** Calls about one user that exists: what is refused of them is that user's matter. */
const ofOneUser: ReadonlySet<string> = new Set([
  'PUT users/…',
  'DELETE users/…',
  'PUT users/…/merge',
  'GET identities',
  'POST identities',
  'PUT make_primary',
  'DELETE identities',
  'GET users/…/memberships',
  'POST users/…/memberships',
  'DELETE users/…/organizations',
  'PUT organizations make_default',
  'GET users/…/related',
]);

const usesOfOrganization = 'GET organizations/…/related';

/** Lists by ids: one that is refused as a whole is asked for in halves. */
const byIds: ReadonlySet<string> = new Set(['GET users/show_many', 'GET organizations/show_many']);

/** Who goes on from a place in an export that is not taken any more, reads everything, or does without. */
const exports: ReadonlySet<string> = new Set(['GET incremental/users', 'GET incremental/tickets']);
const counted: ReadonlySet<string> = new Set(['QuickBooks: count', 'QuickBooks: page']);

/** What answers with several rows. */
const lists: ReadonlySet<string> = new Set([
  'QuickBooks: page',
  'QuickBooks: changed page',
  'QuickBooks: by id',
  'QuickBooks: customer types',
  'QuickBooks: terms',
  ...moneyLists,
  'GET user_fields',
  'GET organization_fields',
  'GET locales',
  'GET users',
  'GET incremental/users',
  'GET users/show_many',
  'GET users/search',
  'GET incremental/tickets',
  'GET tickets',
  'GET job_statuses',
  'GET job_statuses/show_many',
  'GET organizations/show_many',
  'GET organizations/search',
  'GET users/…/memberships',
  'GET identities',
]);

/** Lists that are read page by page, and a scenario in which one has several, or may have. */
const pagedLists: readonly (readonly [string, ScenarioName])[] = [
  ['QuickBooks: page', 'pages'],
  ['QuickBooks: changed page', 'changes'],
  ...pagedMoney,
  ['GET user_fields', 'few'],
  ['GET organization_fields', 'companies'],
  ['GET users', 'few'],
  ['GET incremental/users', 'address'],
  ['GET incremental/users', 'identityLost'],
  ['GET incremental/tickets', 'undoMany'],
  ['GET tickets', 'undoTickets'],
];

const updateOrganizations = 'PUT organizations/update_many';

/** A request of many rows: one that is refused as a whole is sent in halves. */
const isTakenApart = ({ role }: Endpoint): boolean => role === 'bulk';

/** Faults that are the answer of one kind of call alone. */
const onlyAt: Readonly<Record<string, (endpoint: Endpoint, name: string) => boolean>> = {
  TooManyJobs: ({ role }) => role === 'bulk',
  '400': (endpoint, name) => isTakenApart(endpoint) || exports.has(name) || byIds.has(name),
  '404': (_, name) => ofOneUser.has(name) || exports.has(name) || name === usesOfOrganization,
  '413': isTakenApart,
  '414': (_, name) => byIds.has(name),
  '422': (endpoint, name) =>
    isTakenApart(endpoint) || ofOneUser.has(name) || exports.has(name) || name === usesOfOrganization,
  // What a request with an access token is answered; a token endpoint takes none.
  '120': ({ role }) => role !== 'token',
  '120-500': ({ role }) => role !== 'token',
  '130': ({ role }) => role !== 'token',
  '3100': ({ role }) => role !== 'token',
  '3200': ({ role }) => role !== 'token',
  '5020': ({ role }) => role !== 'token',
  '6190': ({ role }) => role !== 'token',
  '10000': ({ role }) => role !== 'token',
  '10000-inside': ({ role }) => role !== 'token',
  unauthorized_client: ({ role, twin }) => role === 'token' && twin === 'quickbooks',
  '401': ({ role }) => role !== 'token',
  '403': ({ role }) => role !== 'token',
  '409': ({ role }) => role !== 'token',
  // Of the account as a whole: the first call is refused. A page with the status of success may come at any.
  moved: isFirstCall,
  '402': isFirstCall,
  suspended: isFirstCall,
  'ip-restricted': isFirstCall,
  invalid_grant: ({ role }) => role === 'token',
  '4000': (_, name) => name === 'QuickBooks: by id' || name === 'QuickBooks: sub-customers',
  '10000-part': (_, name) => name.startsWith('QuickBooks: cdc'),
  // Elsewhere nothing may be what there is.
  'no-rows': (_, name) => counted.has(name),
  'half-rows': (_, name) => name === 'QuickBooks: page',
  'odd-fields': (_, name) => lists.has(name),
  'rows-doubled': (_, name) => lists.has(name),
  'key-missing': (_, name) => lists.has(name),
  // Of what is written, a reply that says nothing is a reply that is lost (reset-after, truncated).
  malformed: ({ where }) => where.route?.startsWith('GET ') === true,
  '204': ({ where }) => where.route?.startsWith('GET ') === true,
  // Lasts, see below.
  'pages-circle': () => false,
};

function isFirstCall(_: Endpoint, name: string): boolean {
  return name === 'GET users/me';
}

export function kindsOf(name: string): readonly string[] {
  const endpoint = endpoints[name];
  if (!endpoint) throw new Error(`There is no endpoint ${name}.`);
  if (endpoint.twin === 'account' || endpoint.twin === 'api') return kindsOfSource(name, endpoint);
  return kindsOfTwin[endpoint.twin].filter((kind) => onlyAt[kind]?.(endpoint, name) ?? true);
}

/** No body to be read: said the same way wherever it is met. */
const bodiless: ReadonlySet<string> = new Set(['204', 'malformed']);

const ofEndpoints = Object.entries(endpoints).flatMap(([name, endpoint]): readonly Cell[] => {
  const once = endpoint.met.flatMap(([when, scenario], position) =>
    kindsOf(name)
      .filter((kind) => isMetBySource(kind, scenario))
      // A second undo reverts whom Zendesk did not show. It also looks at the other user that has tickets, who is
      // suspended by now, and reports it as skipped, where the first one has reported it as updated.
      .filter((kind) => !(scenario === 'undoTickets' && name === 'GET users/…/related' && /^4(03|04|22)$/.test(kind)))
      .filter((kind) => endpoint.twin !== 'zendesk' || position === 0 || !bodiless.has(kind))
      .map((kind): Cell => ({ endpoint: name, kind, scenario, when })),
  );
  const [first] = endpoint.met;
  if (!first) throw new Error(`No scenario meets ${name}.`);
  if (endpoint.twin === 'account' || endpoint.twin === 'api') return [...once, ...lastingOfSource(name, endpoint)];
  const refused = ofOneUser.has(name) ? userRefusals.filter((kind) => onlyAt[kind]?.(endpoint, name) ?? true) : [];
  const lasting = [...lastingKinds, ...refused].map(
    (kind): Cell => ({ endpoint: name, kind, scenario: first[1], when: 'lasting' }),
  );
  return [...once, ...lasting];
});

export const cells: readonly Cell[] = [
  ...ofEndpoints,
  ...pagedLists.map(([endpoint, scenario]): Cell => ({ endpoint, kind: 'pages-circle', scenario, when: 'lasting' })),
];

const refusals = new Set(['120', '130', '3100', '5020', '6190', 'unauthorized_client', '403']);
const accountRefusals = new Set(['moved', '402', 'closed', 'suspended', 'ip-restricted']);
const wholeRefusals = new Set(['400', '413', '422']);
/** Without a right to read these a run goes on, and says that it knows less. */
const doneWithout = new Set([
  'GET account/settings',
  'GET user_fields',
  'GET organization_fields',
  'GET locales',
  'GET incremental/tickets',
]);
/** What is refused here is asked for once more, and reported when it is still there. */
const triedAgain = new Set(['DELETE organizations/…']);
/** A right that is missing for these is reported row by row. */
const toldByRow = new Set(['POST organizations']);
/** The reply is gone with what it said: the successor of a refresh token. */
const swallowing = new Set(['reset-after', 'truncated']);

const ticketLists: ReadonlySet<string> = new Set(['GET incremental/tickets', 'GET tickets']);

/** A row that lacks what it is known by. Of a user, the next full sync asks again. */
function keyMissing(endpoint: string, scenario: ScenarioName): Ending {
  if (scenario === 'merged' && !endpoint.startsWith('GET identities')) return { kind: 'heals' };
  return { kind: 'either', exitCodes: [5] };
}

export function endingOf(cell: Cell): Ending {
  const { endpoint, kind, when, scenario } = cell;
  const source = endpoints[endpoint];
  if (source?.twin === 'account' || source?.twin === 'api') return endingOfSource(cell, source);
  if (endpoint === usesOfOrganization && ['403', '404', '422'].includes(kind)) return { kind: 'leaves' };
  // One user is looked at there: nobody can ask for less than an id that Zendesk itself has given.
  if (byIds.has(endpoint) && ['400', '414'].includes(kind))
    return scenario === 'merged' ? { kind: 'fails', exitCodes: [5] } : { kind: 'like-clean' };
  if (kind === 'pages-circle')
    return endpoint === 'GET incremental/tickets' ? { kind: 'like-clean' } : { kind: 'fails', exitCodes: [5] };
  // Whom we may not look at is taken for nobody's survivor, and of a list of one id that is refused nobody knows.
  if (
    scenario === 'merged' &&
    endpoint === 'GET identities' &&
    ['403', '404', '422'].includes(kind) &&
    when !== 'lasting'
  )
    return { kind: 'heals' };
  if (scenario === 'slowMany' && kind === '4000') return { kind: 'heals' };
  if (endpoint === updateOrganizations && ['400', '403', '413', '422'].includes(kind)) return { kind: 'warns' };
  // What is no list is not an empty one. Nobody knows whom an odd ticket names, so nobody is deleted.
  if (source?.twin === 'zendesk' && (kind === 'malformed' || kind === '204')) return { kind: 'fails', exitCodes: [5] };
  if (kind === 'odd-fields' && ticketLists.has(endpoint)) return { kind: 'either', exitCodes: [5] };
  if (kind === 'key-missing') return keyMissing(endpoint, scenario);
  if (kind === 'no-rows' && endpoint === 'QuickBooks: count') return { kind: 'fails', exitCodes: [5] };
  if (exports.has(endpoint) && ['400', '404', '422'].includes(kind)) return { kind: 'like-clean' };
  // Who may not export lists everybody.
  if (kind === '403' && endpoint === 'GET incremental/users' && scenario === 'identityLost')
    return { kind: 'like-clean' };
  const isLastingRefusal = when === 'lasting' && userRefusals.includes(kind);
  const { role, twin } = endpoints[endpoint] ?? { role: 'other', twin: 'zendesk' };
  if (kind === '403' && (doneWithout.has(endpoint) || triedAgain.has(endpoint))) return { kind: 'like-clean' };
  if (accountRefusals.has(kind)) return { kind: 'fails', exitCodes: [3] };
  const rotates = role === 'token' && (twin === 'quickbooks' || endpoint.includes('refresh'));
  if (kind === 'invalid_grant') return { kind: 'fails', exitCodes: [3] };
  if (rotates && swallowing.has(kind)) return { kind: 'fails', exitCodes: [3] };
  if (kind === '403' && toldByRow.has(endpoint)) return { kind: 'rejects' };
  if (wholeRefusals.has(kind) || ((isLastingRefusal || ['403', '404'].includes(kind)) && ofOneUser.has(endpoint)))
    return { kind: 'may-reject' };
  if (refusals.has(kind) && role !== 'bulk') return { kind: 'fails', exitCodes: [3] };
  // A person is there, and runs it again: what is there by then is not made twice.
  if (role === 'define') return { kind: 'either', exitCodes: [4] };
  if (when === 'lasting') return { kind: 'either', exitCodes: rotates ? [3, 4] : [4] };
  return { kind: 'like-clean' };
}

export function nameOf({ endpoint, kind, scenario, when }: Cell): string {
  return `${kind} at ${endpoint}, ${when} (${scenario})`;
}
