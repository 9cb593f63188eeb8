import type { Cell, Ending } from '../cases/cases.ts';
import type { Endpoint } from '../cases/endpoints.ts';
import type { ScenarioName } from '../scenarios/scenarios.ts';
import { kindsOfTwin } from '../twins.ts';

/** Which faults a source can meet, and how a run may end under each. */

const listed = new Set(['source: GET users', 'source: GET incremental/users', 'REST API: list']);
const byIds = new Set(['source: GET users/show_many', 'source: GET organizations/show_many']);
const ofOneUser = new Set(['source: GET users/…/memberships', 'source: GET identities']);
const unnamed = new Set(['source: GET organizations/show_many', 'source: GET identities']);
const lists = new Set([
  ...listed,
  ...byIds,
  ...ofOneUser,
  'source: GET user_fields',
  'source: GET organization_memberships',
]);

/** Scenarios whose first page is asked for at a position that an earlier run was given. */
const resumed: ReadonlySet<ScenarioName> = new Set(['accountResumed', 'accountChanges', 'restResumed']);

/** Faults that are the answer of some calls alone. Those that are not here may come at any. */
const onlyAt: Readonly<Record<string, (name: string, endpoint: Endpoint) => boolean>> = {
  // Of what is written, or of a secret that is spent there.
  TooManyJobs: () => false,
  '413': () => false,
  invalid_grant: (_, { role }) => role === 'token',
  // Of the account as a whole: the first call is refused.
  moved: (name, { twin }) => name === 'source: GET users/count' || (twin === 'api' && listed.has(name)),
  '402': (name) => name === 'source: GET users/count',
  suspended: (name) => name === 'source: GET users/count',
  'ip-restricted': (name) => name === 'source: GET users/count',
  '400': (name) => listed.has(name) || byIds.has(name),
  '404': (name) => listed.has(name) || ofOneUser.has(name),
  '410': (name) => listed.has(name),
  '414': (name) => byIds.has(name),
  '422': (name) => listed.has(name) || ofOneUser.has(name),
  '401': (_, { role }) => role !== 'token',
  '403': (_, { role }) => role !== 'token',
  '409': (_, { role }) => role !== 'token',
  'rows-doubled': (name) => lists.has(name),
  'odd-fields': (name) => lists.has(name),
  'key-missing': (name) => lists.has(name),
  'keys-doubled': (name) => lists.has(name),
  'foreign-next': (name) => listed.has(name),
  'data-null': (name) => listed.has(name),
  page: (_, { role }) => role !== 'token',
  // Lasts, see below.
  'pages-circle': () => false,
};

export function kindsOfSource(name: string, endpoint: Endpoint): readonly string[] {
  const all = [...kindsOfTwin[endpoint.twin], '400', '401', '403', '404', '409', '410', '422'];
  return [...new Set(all)].filter((kind) => onlyAt[kind]?.(name, endpoint) ?? true);
}

/** A position that is not taken any more is one that an earlier run was given; an empty answer in mid-scan ends it. */
export function isMetBySource(kind: string, scenario: ScenarioName): boolean {
  if (!scenario.startsWith('account') && !scenario.startsWith('rest')) return true;
  // A cursor is any text, and leads nowhere else.
  if (kind === 'foreign-next') return scenario === 'restLinks';
  if (['204', 'data-null'].includes(kind)) return ['restFirst', 'restWhole'].includes(scenario);
  return true;
}

export function lastingOfSource(name: string, endpoint: Endpoint): readonly Cell[] {
  const [first] = endpoint.met;
  if (!first) return [];
  const lasting = ['429', '503', 'hang', 'reset-after', ...(endpoint.role === 'token' ? [] : ['401'])];
  const cell = (kind: string, scenario: ScenarioName = first[1]): Cell => ({
    endpoint: name,
    kind,
    scenario,
    when: 'lasting',
  });
  const circle = circles.get(name) ?? [];
  return [...lasting.map((kind) => cell(kind)), ...circle.map((scenario) => cell('pages-circle', scenario))];
}

/** Lists that are read page by page, and a scenario in which one has several, or may have. */
const circles: ReadonlyMap<string, readonly ScenarioName[]> = new Map([
  ['source: GET users', ['accountPages']],
  ['source: GET user_fields', ['accountFirst']],
  ['source: GET organization_memberships', ['accountFirst']],
  ['source: GET incremental/users', ['accountChanges']],
  ['REST API: list', ['restPages', 'restLinks']],
]);

const likeClean: Ending = { kind: 'like-clean' };
const fails = (...exitCodes: readonly number[]): Ending => ({ kind: 'fails', exitCodes });

export function endingOfSource({ endpoint, kind, when, scenario }: Cell, { role, twin }: Endpoint): Ending {
  if (kind === 'pages-circle') return fails(5);
  if (['moved', '402', 'closed', 'suspended', 'ip-restricted'].includes(kind)) return fails(twin === 'api' ? 5 : 3);
  if (kind === 'invalid_grant') return fails(3);
  if (['page', 'malformed', 'foreign-next'].includes(kind)) return fails(5);
  if (['400', '404', '410', '422'].includes(kind) && listed.has(endpoint))
    return resumed.has(scenario) ? { kind: 'reads-all' } : fails(5);
  if (kind === '404' || kind === '422') return { kind: 'heals' };
  if (kind === '403' && endpoint === 'source: GET user_fields') return likeClean;
  if (kind === '403') return fails(3);
  if (kind === '204' && role === 'token') return fails(5);
  // The related resources of users, and lacks what it is known by: left out, it would be taken away from the users written.
  if (kind === 'key-missing' && unnamed.has(endpoint)) return fails(5);
  // The last page has one row.
  if (kind === 'key-missing' && scenario === 'restResumed') return fails(5);
  if (['odd-fields', 'key-missing', 'keys-doubled', '204', 'data-null'].includes(kind)) return { kind: 'heals' };
  const rotates = role === 'token' && twin === 'api';
  if (rotates && ['reset-after', 'truncated'].includes(kind)) return fails(3);
  if (when === 'lasting') return { kind: 'either', exitCodes: kind === '401' ? [3] : rotates ? [3, 4] : [4] };
  return likeClean;
}
