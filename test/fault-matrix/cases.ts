import { faultKinds, type Moment } from '../../src/sandbox/index.ts';
import { type Endpoint, endpoints } from './endpoints.ts';
import type { ScenarioName } from './scenarios.ts';

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
  | { readonly kind: 'either'; readonly exitCodes: readonly number[] };

/** A service that is out until somebody mends it: refusing, failing, silent, or doing everything without ever saying so. */
const lastingKinds = ['429', '503', 'hang', 'reset-after'];

const userRefusals = ['403', '404', '409', '422'];

/** Calls about one user that exists: what is refused of them is that user's matter. */
const ofOneUser: ReadonlySet<string> = new Set([
  'PUT users/…',
  'DELETE users/…',
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
const findEmailCycles: readonly (readonly [string, ScenarioName])[] = [
  ['QuickBooks: page', 'pages'],
  ['QuickBooks: changed page', 'changes'],
  ['GET user_fields', 'few'],
  ['GET organization_fields', 'companies'],
  ['GET users', 'few'],
  ['GET incremental/users', 'address'],
  ['GET incremental/users', 'identityLost'],
  ['GET incremental/tickets', 'undoMany'],
  ['GET tickets', 'undoTickets'],
];

/** An organization's update that is refused is warned of, and tried again when one of its users changes. */
const isTakenApart = ({ role }: Endpoint, name: string): boolean =>
  role === 'bulk' && name !== 'PUT organizations/update_many';

/** Faults that are the answer of one kind of call alone. */
const onlyAt: Readonly<Record<string, (endpoint: Endpoint, name: string) => boolean>> = {
  TooManyJobs: ({ role }) => role === 'bulk',
  '400': (endpoint, name) => isTakenApart(endpoint, name) || exports.has(name) || byIds.has(name),
  '404': (_, name) => ofOneUser.has(name) || exports.has(name) || name === usesOfOrganization,
  '413': isTakenApart,
  '414': (_, name) => byIds.has(name),
  '422': (endpoint, name) =>
    isTakenApart(endpoint, name) || ofOneUser.has(name) || exports.has(name) || name === usesOfOrganization,
  // What a request with an access token is told; a token endpoint takes none.
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
  // Forbidden, an organization's update is warned of, and tried again when one of its users changes.
  '403': ({ role }, name) => role !== 'token' && name !== 'PUT organizations/update_many',
  '409': ({ role }) => role !== 'token',
  // Of the account as a whole: the first call is told. A page with the status of success may come at any.
  moved: isFirstCall,
  '402': isFirstCall,
  suspended: isFirstCall,
  'ip-restricted': isFirstCall,
  invalid_grant: ({ role }) => role === 'token',
  '4000': (_, name) => name === 'QuickBooks: by id',
  '10000-part': (_, name) => name === 'QuickBooks: cdc',
  // Elsewhere nothing may be what there is.
  'no-rows': (_, name) => counted.has(name),
  'half-rows': (_, name) => name === 'QuickBooks: page',
  'odd-fields': (_, name) => lists.has(name),
  'rows-doubled': (_, name) => lists.has(name),
  // Lasts, see below.
  'pages-circle': () => false,
};

function isFirstCall(_: Endpoint, name: string): boolean {
  return name === 'GET users/me';
}

export function kindsOf(name: string): readonly string[] {
  const endpoint = endpoints[name];
  if (!endpoint) throw new Error(`There is no endpoint ${name}.`);
  return [...new Set(faultKinds[endpoint.twin])].filter((kind) => onlyAt[kind]?.(endpoint, name) ?? true);
}

const ofEndpoints = Object.entries(endpoints).flatMap(([name, endpoint]): readonly Cell[] => {
  const once = endpoint.met.flatMap(([when, scenario]) =>
    kindsOf(name)
      // Whom we may not look at is taken for nobody's survivor: the next full sync asks again.
      .filter((kind) => !(scenario === 'merged' && name === 'GET identities' && ['403', '404', '422'].includes(kind)))
      // The undo that follows tells of the other one that it is suspended already.
      .filter((kind) => !(scenario === 'undoTickets' && name === 'GET users/…/related' && /^4(03|04|22)$/.test(kind)))
      // A list of one id: whether that customer is gone is left to the next full sync.
      .filter((kind) => !(scenario === 'slowMany' && kind === '4000'))
      .map((kind): Cell => ({ endpoint: name, kind, scenario, when })),
  );
  const [first] = endpoint.met;
  if (!first) throw new Error(`No scenario meets ${name}.`);
  const refused = ofOneUser.has(name) ? userRefusals.filter((kind) => onlyAt[kind]?.(endpoint, name) ?? true) : [];
  const lasting = [...lastingKinds, ...refused].map(
    (kind): Cell => ({ endpoint: name, kind, scenario: first[1], when: 'lasting' }),
  );
  return [...once, ...lasting];
});

export const cells: readonly Cell[] = [
  ...ofEndpoints,
  ...findEmailCycles.map(
    ([endpoint, scenario]): Cell => ({ endpoint, kind: 'pages-circle', scenario, when: 'lasting' }),
  ),
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
/** What is refused here is asked for once more, and told when it is still there. */
const triedAgain = new Set(['DELETE organizations/…']);
/** A right that is wanting for these is told row by row. */
const toldByRow = new Set(['POST organizations']);
/** The reply is gone with what it said: the successor of a refresh token. */
const swallowing = new Set(['reset-after', 'truncated']);

export function endingOf({ endpoint, kind, when, scenario }: Cell): Ending {
  if (endpoint === usesOfOrganization && ['403', '404', '422'].includes(kind)) return { kind: 'leaves' };
  // One user is looked at there: nobody can ask for less than an id that Zendesk itself has given.
  if (byIds.has(endpoint) && ['400', '414'].includes(kind))
    return scenario === 'merged' ? { kind: 'fails', exitCodes: [5] } : { kind: 'like-clean' };
  if (kind === 'pages-circle')
    return endpoint === 'GET incremental/tickets' ? { kind: 'like-clean' } : { kind: 'fails', exitCodes: [5] };
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
