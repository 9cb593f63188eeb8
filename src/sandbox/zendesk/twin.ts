import { createRandom } from '../kernel/random.ts';
import type { Twin, TwinReply, TwinRequest } from '../kernel/server.ts';
import { locales, seedFields } from '../people/account.ts';
import { seedUsers } from '../people/users.ts';
import { refuseAttributes } from './attributes.ts';
import { createZendeskAuth, myself, type Role } from './auth.ts';
import { answerControl } from './control.ts';
import { createIdentities } from './identities.ts';
import { createJobs, showJob } from './jobs.ts';
import { createMerging } from './merge.ts';
import { createOrganizations } from './organizations.ts';
import { createRates, type Plan, type RateFamily } from './rates.ts';
import { createReads } from './reads.ts';
import { forbidden, invalid, notFound, objectOf, rowsOf, tooManyJobs, warned, zendeskFaults } from './replies.ts';
import { createSettings } from './settings.ts';
import { showUser } from './show.ts';
import { createCustomFields } from './user-fields.ts';
import { createUsers, type User } from './users.ts';

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
const longestRequestLine = 8_192;

/** Zendesk Support in a box, as far as users go. */
export function createZendeskTwin(options: ZendeskTwinOptions) {
  const { now, seed } = options;
  const customFields = createCustomFields('user');
  const organizationFields = createCustomFields('organization');
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
    enqueue(rows, apply, title) {
      if (jobs.open() >= jobLimit) return undefined;
      const job = jobs.enqueue('other', rows, { apply, title });
      return showJob({ ...job, state: 'queued' }, job.queuedAt, origin);
    },
  });
  users.onWrite = organizations.follow;
  const auth = createZendeskAuth(now, options.tokenTtlSeconds);
  const rates = createRates(now, options.plan, options.rateFamily);
  const merging = createMerging({ users, show });
  const identities = createIdentities({ users, origin: () => origin });
  const { showMany, search, listed, counted, exported, setSearchLag } = createReads({
    users,
    rates,
    now,
    show,
    sideload: identities.sideload,
    origin: () => origin,
  });
  let bulkEnabled = options.bulkEnabled;
  let jobLimit = options.jobLimit;
  let writes = 0;
  /** Of the request that is being answered: addresses in replies begin with it. */
  let origin = '';

  for (const field of seedFields) customFields.define(field);
  for (const { others = [], tags = [], ...user } of seedUsers(options.users, seed)) {
    const made = users.create({ ...user, tags, skip_verify_email: true });
    for (const other of others) users.addIdentity(made, other, true);
    users.age(made, 86_400_000);
  }

  function handle(request: TwinRequest): TwinReply {
    jobs.settle();
    origin = `http://${request.headers.host ?? '127.0.0.1'}`;
    const path = request.path.replace(/\.json$/, '');
    if (path === '/oauth/tokens' && request.method === 'POST') return auth.token(request);
    if (path === '/oauth/authorizations/new' && request.method === 'GET') return auth.page.visit(request, () => ({}));
    if (!path.startsWith('/api/v2/')) return { status: 404, body: '' };
    if (request.path.length + String(request.query).length > longestRequestLine)
      return { status: 414, body: '<html><body><h1>414 Request-URI Too Large</h1></body></html>' };
    const role = auth.roleOf(request);
    const over = rates.take();
    if (over) return { ...over, headers: { ...rates.headers(), ...over.headers } };
    const reply = role === undefined ? stranger(path) : route(request, path.slice('/api/v2'.length), role);
    if (request.method !== 'GET' && reply.status < 300) writes += 1;
    return { ...reply, headers: { ...rates.headers(), ...reply.headers } };
  }

  /** Bad credentials are told everywhere but here (recorded). */
  function stranger(path: string): TwinReply {
    if (path === '/api/v2/users/me')
      return { status: 200, body: { user: { id: null, name: 'Anonymous user', role: 'end-user' } } };
    return { status: 401, body: { error: "Couldn't authenticate you" } };
  }

  function route(request: TwinRequest, path: string, role: Role): TwinReply {
    const { method, query } = request;
    if (path === '/users/me')
      return {
        status: 200,
        body: { user: show({ ...myself, role }) },
      };
    if (path === '/account/settings' && method === 'GET') return settings.shown();
    if (path === '/users/count') return counted(query.get('role'));
    if (path.startsWith('/user_fields')) return customFields.handle(request, path, role);
    if (path.startsWith('/organization_fields')) return organizationFields.handle(request, path, role);
    const own = /^\/oauth\/tokens\/(current|\d+)$/.exec(path)?.[1];
    if (own !== undefined) return auth.ownToken(request, own);
    if (path === '/locales') return { status: 200, body: { locales } };
    if (path === '/incremental/users/cursor') return role === 'admin' ? exported(query) : forbidden;
    if (path === '/incremental/tickets/cursor')
      return role === 'admin' ? (rates.takeExport() ?? users.tickets.exported(query)) : forbidden;
    if (path === '/tickets' && method === 'GET') return users.tickets.listed(query);
    if (path === '/job_statuses/show_many')
      return shown((query.get('ids') ?? '').split(',').flatMap((id) => jobs.get(id) ?? []));
    if (path === '/job_statuses') return shown(jobs.list().slice(0, 100));
    if (path === '/users/show_many') return showMany(query);
    if (path === '/users/search') return search(query);
    if (path === '/users/create_many') return bulk('create', rowsOf(request));
    if (path === '/users/update_many') return bulk('update', rowsOf(request));
    if (path === '/users/destroy_many')
      return role === 'admin'
        ? bulk(
            'delete',
            (query.get('ids') ?? '').split(',').map((id) => ({ id: Number(id) })),
          )
        : forbidden;
    if (path === '/users') return method === 'POST' ? createOne(request) : listed(query);
    const ofOrganizations = organizations.route(request, path, role);
    if (ofOrganizations) return ofOrganizations;
    const job = /^\/job_statuses\/(.+)$/.exec(path)?.[1];
    if (job !== undefined) return jobShown(job);
    const [, id, rest = ''] = /^\/users\/(\d+)(\/.*)?$/.exec(path) ?? [];
    const user = users.byId.get(Number(id));
    return user
      ? ofUser(request, user, rest)
      : {
          status: 404,
          body: id === undefined ? { error: 'InvalidEndpoint', description: 'Not found' } : notFound.body,
        };
  }

  function ofUser(request: TwinRequest, user: User, rest: string): TwinReply {
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
    if (rest === '/related')
      return {
        status: 200,
        body: {
          user_related: { requested_tickets: users.tickets.get(user.id), assigned_tickets: 0, ccd_tickets: 0 },
        },
      };
    return organizations.ofUser(request, user, rest) ?? identities.ofUser(request, user, rest) ?? notFound;
  }

  function show(user: User): object {
    const verified = users.identitiesOf(user.id).some((identity) => identity.primary && identity.verified);
    const shown = showUser(user, { fields: customFields.byKey, origin, verified });
    return settings.current.tagging ? shown : { ...shown, tags: undefined };
  }

  function createOne(request: TwinRequest): TwinReply {
    const body = objectOf(request, 'user');
    const refused = refuseAttributes([body], 'user', 'users/create');
    if (refused) return refused;
    const problem = users.problemOf(body, undefined);
    if (problem) return invalid(problem);
    return { status: 201, body: { user: show(users.create(body)) }, headers: warned(users.unknownKeys(body)) };
  }

  function updateOne(request: TwinRequest, user: User): TwinReply {
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

  function bulk(kind: 'create' | 'update' | 'delete', rows: readonly Readonly<Record<string, unknown>>[]): TwinReply {
    if (!bulkEnabled) return forbidden;
    const refused = refuseAttributes(rows, 'users', `users/${kind}_many`);
    if (refused) return refused;
    if (rows.length > 100)
      return {
        status: 400,
        body: { error: 'TooManyValues', description: 'Maximum 100 users may be created per call' },
      };
    if (rows.length === 0)
      return { status: 400, body: { error: 'BadRequest', description: 'Parameter users is required' } };
    if (jobs.open() >= jobLimit) return tooManyJobs;
    const job = jobs.enqueue(kind, rows);
    return {
      status: 200,
      body: { job_status: showJob({ ...job, state: 'queued' }, job.queuedAt, origin) },
      headers: warned([...new Set(rows.flatMap((row) => users.unknownKeys(row)))]),
    };
  }

  function jobShown(id: string): TwinReply {
    const job = jobs.get(id);
    return job ? { status: 200, body: { job_status: showJob(job, now(), origin) } } : notFound;
  }

  function shown(found: readonly Parameters<typeof showJob>[0][]): TwinReply {
    return { status: 200, body: { job_statuses: found.map((job) => showJob(job, now(), origin)) } };
  }

  const control = {
    users,
    organizations,
    customFields,
    organizationFields,
    setBulk: (enabled: boolean): void => {
      bulkEnabled = enabled;
    },
    /** Whether identities come along with users when they are asked for. */
    setSideloads: identities.setSideloads,
    /** How late the search index is: for so long it shows users who have been deleted. */
    setSearchLag,
    setJobLimit: (limit: number): void => {
      jobLimit = limit;
    },
    setSettings: settings.set,
    setJobFault: jobs.setFault,
    setJobLatency: jobs.setLatency,
    settleJobs: jobs.settle,
    expireTokens: auth.expireAll,
    disconnect: auth.disconnect,
    reconnect: auth.reconnect,
    /** Writes taken so far, in jobs or one by one, and jobs that have not ended. */
    writes: () => ({ taken: writes, open: jobs.open() }),
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
    fault: (kind) => zendeskFaults[kind] ?? { status: Number(kind) || 500, body: { error: 'SandboxFault' } },
    faultNames: Object.keys(zendeskFaults),
    control: (request) => answerControl(control, request),
  };
  return { twin, control };
}
