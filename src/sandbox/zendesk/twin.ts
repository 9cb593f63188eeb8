import { locales, seedFields } from '../seed/account.ts';
import { seedUsers } from '../seed/users.ts';
import { createRandom } from '../server/random.ts';
import type { Twin, TwinRequest, TwinResponse } from '../server/twin.ts';
import { createZendeskAuth, myself, type Role } from './account/auth.ts';
import { createRates, type Plan, type RateFamily } from './account/rates.ts';
import { createSettings } from './account/settings.ts';
import { refuseAttributes } from './api/attributes.ts';
import { oddLists } from './api/odd-lists.ts';
import { forbidden, invalid, malformed, notFound, objectOf, warned, zendeskFaults } from './api/responses.ts';
import { unknownEndpoint } from './api/unknown-endpoint.ts';
import { answerControl } from './control.ts';
import { createCustomFields } from './fields/custom-fields.ts';
import { createBulk } from './jobs/bulk.ts';
import { createJobs } from './jobs/jobs.ts';
import { createOrganizations } from './organizations/organizations.ts';
import { createIdentities } from './people/identities.ts';
import { createMerging } from './people/merge.ts';
import { createReads } from './people/reads.ts';
import { showUser } from './people/serializers.ts';
import { createUsers, type User } from './people/users.ts';

export interface ZendeskTwinOptions {
  readonly users: number;
  readonly seed: number;
  readonly now: () => number;
  readonly plan: Plan;
  readonly rateFamily: RateFamily;
  readonly jobLatencyMs: number;
  readonly jobLatencySpreadMs: number;
  readonly bulkEnabled: boolean;
  readonly jobLimit: number;
  readonly tokenTtlSeconds: number;
}

/** Zendesk's own limit is not published; a list of 11.8 KB was answered 414. */
const maxRequestLine = 8_192;

/** Zendesk Support in a box, as far as users go. */
export function createZendeskTwin(options: ZendeskTwinOptions) {
  const { now, seed } = options;
  const customFields = createCustomFields('user', () => origin);
  const organizationFields = createCustomFields('organization', () => origin);
  const settings = createSettings();
  const users = createUsers(now, { customFields, settings });
  const jobs = createJobs({
    users,
    now,
    latencyMs: options.jobLatencyMs,
    spreadMs: options.jobLatencySpreadMs,
    random: createRandom(seed),
  });
  const organizations = createOrganizations({
    users,
    fields: organizationFields,
    settings,
    now,
    enqueue: (rows, apply, title) => bulk.queued('other', rows, { apply, title }),
    origin: () => origin,
  });
  users.onWrite = organizations.follow;
  const auth = createZendeskAuth(now, options.tokenTtlSeconds);
  const rates = createRates(now, options.plan, options.rateFamily);
  const merging = createMerging({ users, show });
  const identities = createIdentities({ users, origin: () => origin });
  const reads = createReads({
    users,
    rates,
    now,
    show,
    sideload: identities.sideload,
    origin: () => origin,
  });
  const bulk = createBulk({
    users,
    jobs,
    now,
    origin: () => origin,
    enabled: options.bulkEnabled,
    jobLimit: options.jobLimit,
  });
  let writes = 0;
  /** Of the request that is being answered: addresses in replies begin with it. */
  let origin = '';

  for (const field of seedFields) customFields.define(field);
  for (const { others = [], tags = [], ...user } of seedUsers(options.users, seed)) {
    const made = users.create({ ...user, tags, skip_verify_email: true });
    for (const other of others) users.addIdentity(made, other, true);
    users.age(made, 86_400_000);
  }

  function handle(request: TwinRequest): TwinResponse {
    jobs.settle();
    origin = `http://${request.headers.host ?? '127.0.0.1'}`;
    const path = request.path.replace(/\.json$/, '');
    if (path === '/oauth/tokens' && request.method === 'POST') return auth.token(request);
    if (path === '/oauth/authorizations/new' && request.method === 'GET') return auth.page.visit(request, () => ({}));
    if (!path.startsWith('/api/v2/')) return { status: 404, body: '' };
    if (request.path.length + String(request.query).length > maxRequestLine)
      return { status: 414, body: '<html><body><h1>414 Request-URI Too Large</h1></body></html>' };
    const unreadable = malformed(request);
    if (unreadable) return unreadable;
    const role = auth.roleOf(request);
    const over = rates.take();
    if (over) return { ...over, headers: { ...rates.headers(), ...over.headers } };
    const reply = role === undefined ? stranger(path) : route(request, path.slice('/api/v2'.length), role);
    if (request.method !== 'GET' && reply.status < 300) writes += 1;
    return { ...reply, headers: { ...rates.headers(), ...reply.headers } };
  }

  /** Bad credentials are refused everywhere but here (recorded). */
  function stranger(path: string): TwinResponse {
    if (path === '/api/v2/users/me')
      return { status: 200, body: { user: { id: null, name: 'Anonymous user', role: 'end-user' } } };
    return { status: 401, body: { error: "Couldn't authenticate you" } };
  }

  function route(request: TwinRequest, path: string, role: Role): TwinResponse {
    const { method } = request;
    const call = `${method} ${path}`;
    if (call === 'GET /users/me') return { status: 200, body: { user: show({ ...myself, role }) } };
    if (call === 'GET /account/settings') return settings.shown();
    if (call === 'GET /locales') return { status: 200, body: { locales } };
    if (call === 'POST /users') return createOne(request);
    const own = /^\/oauth\/tokens\/(current|\d+)$/.exec(path)?.[1];
    return (
      (own === undefined ? undefined : auth.ownToken(request, own)) ??
      reads.route(request, path, role) ??
      ofTickets(request, path, role) ??
      bulk.route(request, path, role) ??
      customFields.route(request, path, role) ??
      organizationFields.route(request, path, role) ??
      organizations.route(request, path, role) ??
      ofOneUser(request, path) ??
      unknownEndpoint(method, path)
    );
  }

  function ofTickets(request: TwinRequest, path: string, role: Role): TwinResponse | undefined {
    const { method, query } = request;
    if (method !== 'GET') return undefined;
    if (path === '/tickets') return users.tickets.listed(request, origin);
    if (path !== '/incremental/tickets/cursor') return undefined;
    return role === 'admin' ? (rates.takeExport() ?? users.tickets.exported(query)) : forbidden;
  }

  /** Undefined for what is not about a user, or about nothing that users have. */
  function ofOneUser(request: TwinRequest, path: string): TwinResponse | undefined {
    const [, id, rest = ''] = /^\/users\/(\d+)(\/.*)?$/.exec(path) ?? [];
    const user = users.byId.get(Number(id));
    if (id === undefined) return undefined;
    return user ? ofUser(request, user, rest) : notFound;
  }

  function ofUser(request: TwinRequest, user: User, rest: string): TwinResponse | undefined {
    const { method } = request;
    if (!user.active && (rest !== '' || method !== 'GET')) return notFound;
    if (user.shared === true && method !== 'GET') return forbidden;
    if (rest === '' && method === 'GET') return { status: 200, body: { user: show(user) } };
    if (rest === '' && method === 'DELETE') {
      users.remove(user);
      return { status: 200, body: { user: show(user) } };
    }
    if (rest === '' && method === 'PUT') return updateOne(request, user);
    if (rest === '/merge' && method === 'PUT') return merging.handle(request, user);
    if (rest === '/related' && method === 'GET')
      return {
        status: 200,
        body: {
          user_related: { requested_tickets: users.tickets.get(user.id), assigned_tickets: 0, ccd_tickets: 0 },
        },
      };
    return organizations.ofUser(request, user, rest) ?? identities.ofUser(request, user, rest);
  }

  function show(user: User): object {
    const verified = users.identitiesOf(user.id).some((identity) => identity.primary && identity.verified);
    const shown = showUser(user, { fields: customFields.byKey, origin, verified });
    return settings.current.tagging ? shown : { ...shown, tags: undefined };
  }

  function createOne(request: TwinRequest): TwinResponse {
    const body = objectOf(request, 'user');
    const refused = refuseAttributes([body], 'user', 'users/create');
    if (refused) return refused;
    const problem = users.problemOf(body, undefined);
    if (problem) return invalid(problem);
    return { status: 201, body: { user: show(users.create(body)) }, headers: warned(users.unknownKeys(body)) };
  }

  function updateOne(request: TwinRequest, user: User): TwinResponse {
    const body = objectOf(request, 'user');
    const problem = users.problemOf(body, user);
    return (
      refuseAttributes([body], 'user', 'users/update') ??
      rates.takeUpdate(user.id) ??
      (problem
        ? invalid(problem)
        : { status: 200, body: { user: show(users.update(user, body)) }, headers: warned(users.unknownKeys(body)) })
    );
  }

  const control = {
    users,
    organizations,
    customFields,
    organizationFields,
    setBulk: bulk.setEnabled,
    /** Whether identities come along with users when they are asked for. */
    setSideloads: identities.setSideloads,
    /** How late the search index is: for so long it shows users who have been deleted. */
    setSearchLag: reads.setSearchLag,
    setJobLimit: bulk.setJobLimit,
    setSettings: settings.set,
    setJobFault: jobs.setFault,
    setJobLatency: jobs.setLatency,
    settleJobs: jobs.settle,
    expireTokens: auth.expireAll,
    disconnect: auth.disconnect,
    reconnect: auth.reconnect,
    /** Writes accepted so far, in jobs or one by one, and jobs that have not ended. */
    writes: () => ({ accepted: writes, pending: jobs.open() }),
    jobFaultsApplied: jobs.faultsApplied,
    /** An edit by a person in the helpdesk. */
    edit(id: number, fields: Readonly<Record<string, unknown>>): void {
      const user = users.byId.get(id);
      if (user) users.update(user, fields);
    },
    merge: merging.merge,
    setSingleSignOn: merging.setSingleSignOn,
    setConsent: auth.page.setConsent,
    state: () => ({
      users: users.byId.size,
      active: [...users.byId.values()].filter(({ active }) => active).length,
      mails: users.mails,
      openJobs: jobs.open(),
      throttled: rates.refusals(),
      tokens: auth.issued(),
      ...auth.state(),
    }),
  };

  const twin: Twin = {
    handle,
    fault: (kind, request) =>
      oddLists[kind]?.(request, handle) ??
      zendeskFaults[kind] ?? { status: Number(kind) || 500, body: { error: 'SandboxFault' } },
    faultNames: [...Object.keys(zendeskFaults), ...Object.keys(oddLists)],
    control: (request) => answerControl(control, request),
  };
  return { twin, control };
}
