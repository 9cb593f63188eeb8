import type { Answer, EndpointId } from '../../../src/app/console/api/index.ts';
import { at, companyOf, madeChange, madePipeline, madeRecord, madeReject, madeRun } from './made-data.ts';

export interface Sizes {
  readonly pipelines: number;
  readonly records: number;
  readonly role: 'viewer' | 'operator';
}

interface Asked {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

type Answers = { readonly [Id in EndpointId]?: (asked: Asked) => Answer<Id> };

/** What a service would answer, of made data. */
export function answersFor({ pipelines, records, role }: Sizes): Answers {
  const session: Answer<'getSession'> = {
    user: { name: 'Grace', role, by: 'link', until: at(86_400_000) },
    csrf: 'made-up',
    signIn: ['link', 'token'],
    version: '0.1.0',
    shared: false,
  };
  return {
    getSession: () => session,
    signOut: () => ({}),
    getOverview: () => ({
      pipelines,
      failing: 1,
      attention: 4,
      ok: Math.max(0, pipelines - 5),
      new: 0,
      running: 1,
      rejects: 4,
      waiting: 7,
      held: 31,
      reasons: [],
      configurations: { unread: 0, rejected: [] },
      timeZone: 'UTC',
      now: at(0),
    }),
    listPipelines: ({ query }) => {
      const search = query.get('search') ?? '';
      const all = Array.from({ length: pipelines }, (_, index) => index);
      const found = search === '' ? all : all.filter((index) => madePipeline(index).name.includes(search));
      return { ...page(found.length, query, (index) => madePipeline(found[index] ?? 0)), total: found.length };
    },
    getPipeline: ({ path }) => pipelineOf(path.pipeline ?? ''),
    getBudget: () => ({
      account: 'acme.zendesk.com',
      reserve: 0.3,
      maxJobs: 20,
      runs: Array.from({ length: 30 }, (_, index) => ({
        run: madeRun(29 - index).id,
        at: madeRun(29 - index).startedAt,
        minutes: 0.7,
        source: 20 + ((index * 13) % 40),
        destination: 60 + ((index * 29) % 120),
        throttled: index % 4,
      })),
      sharedWith: ['customer-0002'],
    }),
    getConfiguration: () => ({
      label: 'acme.yaml',
      masked: { name: 'acme', source: { connector: 'quickbooks', refreshToken: '[removed]' } },
      changes: [{ at: at(-7_200_000), keys: ['mapping.user_fields.city', 'schedule'] }],
    }),
    listRuns: ({ query }) => page(120, query, (index) => madeRun(index)),
    getRun: () => ({
      run: madeRun(1, 'completed'),
      report: null,
      reasons: [
        { outcome: 'created', code: null, count: Math.ceil(records / 4) },
        { outcome: 'updated', code: null, count: Math.ceil(records / 4) },
        {
          outcome: 'skipped',
          code: 'shared-email',
          count: Math.ceil(records / 4),
          meaning: 'Another has the address.',
        },
        { outcome: 'rejected', code: 'invalid-email', count: Math.ceil(records / 4), meaning: 'Not an address.' },
      ],
      warnings: [{ code: 'unmapped', message: 'Zendesk has no field city: what is mapped to it is dropped.' }],
      deleted: 3,
      undoable: true,
    }),
    listRunRecords: ({ query }) => page(records, query, madeRecord),
    searchCustomers: ({ query }) =>
      page(query.get('q') === 'nobody' ? 0 : 300, query, (index) => ({
        key: String(500 + index),
        name: companyOf(index),
        email: `info@company-${index}.example`,
        destinationId: String(360_000_000 + index),
        standing: index % 7 === 3 ? ('rejected' as const) : ('linked' as const),
      })),
    getCustomer: ({ path }) => customerOf(path.key ?? ''),
    compareCustomer: ({ path }) => comparisonOf(path.key ?? ''),
    listReasons: () => ({
      groups: [
        {
          kind: 'reject',
          code: 'external-id-conflict',
          count: 150,
          meaning: 'A user has the address and belongs to somebody else.',
          acts: ['retry', 'link'],
        },
        {
          kind: 'reject',
          code: 'invalid-email',
          count: 150,
          meaning: 'There is an address, and it is not valid.',
          acts: ['retry'],
        },
        {
          kind: 'waiting',
          code: 'deactivation-cap',
          count: 31,
          meaning: 'More were due than one run may do.',
          acts: ['accept'],
        },
      ],
    }),
    listRejects: ({ query }) => page(300, query, madeReject),
    listWaiting: ({ query }) =>
      page(31, query, (index) => ({
        key: String(900 + index),
        reason: 'deactivation-cap',
        name: companyOf(index),
        due: true,
        record: null,
        urls: { customer: null, user: null },
      })),
    listPlans: ({ query }) => page(3, query, (index) => planOf(`plan-${index}`)),
    getPlan: ({ path }) => planOf(path.plan ?? ''),
    listPlanChanges: ({ query }) => page(600, query, madeChange),
    listTasks: () => ({ items: [], next: null }),
    startTask: ({ path, body }) => taskOf(path.pipeline ?? '', body),
    cancelTask: () => ({}),
    getMapping: () => ({
      text: 'name: DisplayName\nemail: PrimaryEmailAddr.Address\nuser_fields:\n  city: BillAddr.City\n',
      schema: {
        type: 'object',
        properties: {
          name: { type: 'string', description: 'What the user is called' },
          email: { type: 'string', description: 'The primary address' },
          user_fields: { type: 'object', properties: {} },
        },
      },
      source: [
        { path: 'DisplayName', type: 'text' },
        { path: 'PrimaryEmailAddr.Address', type: 'text' },
        { path: 'BillAddr.City', type: 'text', title: 'City of the invoice' },
      ],
      user: [
        { target: 'name', type: 'text', rule: 'DisplayName' },
        { target: 'user_fields.city', type: 'text', title: 'City', rule: 'BillAddr.City' },
      ],
      isCode: false,
    }),
    previewMapping: () => ({
      records: [
        {
          key: '500',
          source: { DisplayName: 'Amberg Wood', PrimaryEmailAddr: { Address: 'info@amberg.example' } },
          result: {
            kind: 'payload',
            payload: { name: 'Amberg Wood', email: 'info@amberg.example', user_fields: { city: 'Springfield' } },
          },
        },
      ],
      problems: [],
      warnings: [],
    }),
    getConnections: () => ({ connections: [connectionOf('source'), connectionOf('destination')], due: 1 }),
    listAlerts: ({ query }) =>
      page(2, query, (index) => ({
        pipeline: madePipeline(index).name,
        incidents: index === 0 ? [{ pipeline: 'acme', rule: 'run-failed', openSince: at(-3_600_000) }] : [],
        deliveries:
          index === 0
            ? [
                {
                  pipeline: 'acme',
                  target: 'ops@acme.example',
                  title: 'acme: a run failed',
                  at: at(-60_000),
                  attempts: 2,
                  dueAt: at(60_000),
                },
              ]
            : [],
        targets: index === 0 ? ['ops@acme.example'] : [],
      })),
    listAuditLog: ({ query }) =>
      page(80, query, (index) => ({
        number: 80 - index,
        at: at(-index * 300_000),
        actor: index % 3 === 0 ? 'Grace' : 'Linus',
        role: 'operator',
        act: index % 4 === 0 ? 'signInByLink' : 'startTask',
        pipeline: index % 4 === 0 ? null : 'acme',
        subject: index % 4 === 0 ? null : 'sync',
        outcome: index % 10 === 9 ? ('refused' as const) : ('done' as const),
        detail: index % 10 === 9 ? 'locked' : null,
      })),
  };
}

function page<Row>(count: number, query: URLSearchParams, rowAt: (index: number) => Row) {
  const from = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  const to = Math.min(count, from + limit);
  const items = Array.from({ length: Math.max(0, to - from) }, (_, index) => rowAt(from + index));
  return { items, next: to < count ? String(to) : null };
}

function pipelineOf(name: string): Answer<'getPipeline'> {
  const { health: _, ...summary } = madePipeline(0);
  const account = { label: 'Acme Inc (sandbox)', origin: 'https://qbo.example' };
  return {
    summary: { ...summary, name },
    status: {
      pipeline: name,
      last: null,
      lastSuccess: null,
      overdue: false,
      held: false,
      hold: null,
      schedule: {
        cron: '*/15 * * * *',
        timeZone: 'Europe/Berlin',
        next: at(900_000),
        missed: 2,
        lastMissed: at(-7_200_000),
      },
      links: 230,
      activeLinks: 215,
      deadLetters: 4,
      pending: { 'deactivation-cap': 31 },
      deferred: 0,
      openBatches: 0,
      directoryUsers: 400,
      connections: [],
    },
    accounts: { source: account, destination: summary.destination },
    configuration: 'acme.yaml',
    stateLocation: '.rolodesk/state.db',
  };
}

function customerOf(key: string): Answer<'getCustomer'> {
  return {
    key,
    link: {
      key,
      externalId: `qbo:${key}`,
      destinationId: '360000000007',
      origin: 'created',
      sent: {},
      writtenAt: at(-3_600_000),
    },
    address: 'info@amberg.example',
    deadLetter: {
      key,
      code: 'external-id-conflict',
      message: 'A Zendesk user has the address and another external_id.',
      record: null,
      run: madeRun(1).id,
      at: at(-3_600_000),
      blockedByUserId: '360000000042',
      due: false,
    },
    history: [
      {
        key,
        outcome: 'updated',
        at: at(-3_600_000),
        run: madeRun(2).id,
        changes: { phone: ['+1 555 0100', '+1 555 0199'] },
      },
      { key, outcome: 'created', at: at(-90_000_000), run: madeRun(40).id, changes: { name: [null, companyOf(1)] } },
    ],
    name: companyOf(1),
    urls: { customer: 'https://qbo.example/customer/1', user: 'https://acme.example/users/7' },
    waiting: null,
  };
}

function comparisonOf(key: string): Answer<'compareCustomer'> {
  return {
    key,
    record: { Id: key, DisplayName: companyOf(1), BillAddr: { City: 'Springfield' } },
    user: { id: 360000000007, name: companyOf(1), phone: '+1 555 0199' },
    result: 'payload',
    fields: [
      {
        target: 'name',
        rule: 'DisplayName',
        place: 'acme.yaml:14',
        reads: [{ path: 'DisplayName', value: companyOf(1) }],
        mapped: companyOf(1),
        sent: companyOf(1),
        user: companyOf(1),
        state: 'same',
      },
      {
        target: 'phone',
        rule: null,
        reads: [{ path: 'PrimaryPhone.FreeFormNumber', value: '(555) 0199' }],
        mapped: '+1 555 0199',
        sent: '+1 555 0199',
        user: '+1 555 0100',
        state: 'differs',
      },
      {
        target: 'user_fields.city',
        rule: 'BillAddr.City',
        place: 'acme.yaml:17',
        reads: [{ path: 'BillAddr.City', value: 'Springfield' }],
        mapped: 'Springfield',
        sent: null,
        user: null,
        state: 'not-written',
      },
    ],
  };
}

function planOf(id: string): Answer<'getPlan'> {
  return {
    id,
    pipeline: 'acme',
    by: 'Grace',
    createdAt: at(-600_000),
    state: 'ready',
    run: null,
    counts: {
      create: 100,
      update: 100,
      adopt: 100,
      unchanged: 2_412,
      deactivate: 100,
      skip: 0,
      conflict: 100,
      reject: 100,
    },
    estimate: { calls: { total: 31 }, expectedMs: 95_000, limitedBy: 'rate limit' },
    outcome: 'completed',
    warnings: [{ code: 'unmapped', message: 'Zendesk has no field city: what is mapped to it is dropped.' }],
    skips: {},
    accounts: { source: 'Acme Inc (sandbox)', destination: 'acme.zendesk.com' },
  };
}

function connectionOf(side: 'source' | 'destination'): Answer<'getConnections'>['connections'][number] {
  const isSource = side === 'source';
  return {
    side,
    system: isSource ? 'quickbooks' : 'zendesk',
    title: isSource ? 'QuickBooks Online' : 'Zendesk',
    account: isSource ? '9130357992221046' : 'acme',
    auth: 'OAuth, refresh token',
    state: 'connected',
    scopes: isSource ? ['com.intuit.quickbooks.accounting'] : ['users:read', 'users:write'],
    connectedAt: at(-86_400_000),
    renewals: [
      { what: 'refresh token', state: isSource ? 'soon' : 'ok', remedy: 'Connect again.', by: at(259_200_000) },
    ],
  };
}

function taskOf(pipeline: string, body: unknown): Answer<'startTask'> {
  const kind = typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'plan' ? 'plan' : 'sync';
  return {
    id: 'task-1',
    pipeline,
    kind,
    state: 'running',
    by: 'Grace',
    startedAt: at(0),
    finishedAt: null,
    progress: {
      phase: 'read',
      tallies: { read: 120, created: 80, updated: 10, unchanged: 25, skipped: 3, rejected: 2 },
      inFlight: 100,
      total: 250,
      remainingMs: 21_000,
      limitedBy: 'rate limit',
    },
    result: null,
    error: null,
  };
}
