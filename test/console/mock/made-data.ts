import type { Answer } from '../../../src/app/console/api/index.ts';

type Pipeline = Answer<'listPipelines'>['items'][number];
type Run = Answer<'listRuns'>['items'][number];
type Record = Answer<'listRunRecords'>['items'][number];
type Reject = Answer<'listRejects'>['items'][number];
type Change = Answer<'listPlanChanges'>['items'][number];

/** Data that is made up, as much of it as a test needs. The same number gives the same. */

const day = 86_400_000;
const start = Date.parse('2026-11-27T08:00:00Z');

export function at(ms: number): string {
  return new Date(start + ms).toISOString();
}

const companies = ['Amberg Wood', 'Brix & Sons', 'Calder Freight', 'Delmar Optics', 'Eskola Bakery', 'Farrow Textiles'];

export function companyOf(index: number): string {
  return `${companies[index % companies.length]} ${index}`;
}

const outcomes = ['completed', 'completed', 'completed', 'held', 'completed', 'failed'] as const;

export function madeRun(
  index: number,
  outcome: Run['outcome'] = outcomes[index % outcomes.length] ?? 'completed',
): Run {
  const begun = -index * 900_000;
  return {
    id: `run${String(index).padStart(5, '0')}-7f3a`,
    kind: index % 9 === 8 ? 'retry' : 'sync',
    outcome,
    startedAt: at(begun),
    ...(outcome !== 'running' && { finishedAt: at(begun + 42_000) }),
    tallies: {
      read: 250,
      created: index % 40,
      updated: (index * 7) % 90,
      unchanged: 100,
      skipped: 12,
      rejected: index % 5,
    },
    requests: { source: 3, destination: 12 + (index % 8), throttled: index % 3 },
    ...(outcome === 'failed' && {
      failure: { code: 'unavailable', message: 'Zendesk did not answer.', hint: 'Run it again later.' },
    }),
  };
}

function madePoint(index: number): Pipeline['health'][number] {
  const { id, outcome, startedAt } = madeRun(index);
  return { id, outcome, startedAt, writes: (index * 37) % 130 };
}

const needs: readonly Pipeline['needs'][] = [
  [{ kind: 'failed', message: 'The last run failed: Zendesk did not answer.', act: 'open-run' }],
  [{ kind: 'held', message: '31 deactivations wait for approval.', count: 31, act: 'allow-deactivations' }],
  [{ kind: 'rejects', message: '4 customers could not be written.', count: 4, act: 'open-rejects' }],
  [{ kind: 'paused', message: 'Syncs are paused after an undo.', act: 'resume' }],
  [{ kind: 'connection', message: 'The connection to QuickBooks Online ends in 3 days.', act: 'reconnect' }],
  [],
];

export function madePipeline(index: number): Pipeline & { health: Answer<'listPipelines'>['items'][number]['health'] } {
  const waits = needs[Math.min(index, needs.length - 1)] ?? [];
  const verdict = index === 0 ? 'failing' : waits.length > 0 ? 'attention' : 'ok';
  return {
    name: index === 0 ? 'acme' : `customer-${String(index).padStart(4, '0')}`,
    source: { connector: 'quickbooks', title: 'QuickBooks Online', account: `46208163${index}` },
    destination: { label: `acme${index}.zendesk.com`, origin: `https://acme${index}.zendesk.com` },
    state: index === 5 ? 'running' : 'idle',
    verdict,
    needs: waits,
    lastRun: madeRun(0, index === 0 ? 'failed' : 'completed'),
    lastSuccessAt: at(-day),
    runningSince: index === 5 ? at(-30_000) : null,
    nextAt: at(900_000),
    missed: 0,
    rejects: index === 2 ? 4 : 0,
    waiting: index % 3,
    held: index === 1 ? 31 : 0,
    pauseReason: index === 3 ? 'undo' : null,
    health: Array.from({ length: 12 }, (_, run) => madePoint(11 - run)),
  };
}

const recordKinds = [
  { outcome: 'created' },
  { outcome: 'updated' },
  { outcome: 'skipped', code: 'shared-email', message: 'An earlier customer has the same address.' },
  { outcome: 'rejected', code: 'invalid-email', message: 'There is an address, and it is not valid.' },
] as const;

export function madeRecord(index: number): Record {
  const kind = recordKinds[index % recordKinds.length] ?? recordKinds[0];
  return {
    key: String(10_000 + index),
    ...kind,
    destinationId: String(360_000_000 + index),
    ...(kind.outcome === 'updated' && {
      changes: { phone: ['+1 555 0100', '+1 555 0199'], 'user_fields.city': [null, 'Springfield'] },
    }),
    at: at(-index),
    name: companyOf(index),
    urls: { customer: `https://qbo.example/customer/${10_000 + index}`, user: `https://acme.example/users/${index}` },
  };
}

export function madeReject(index: number): Reject {
  const isConflict = index % 2 === 0;
  return {
    key: String(500 + index),
    code: isConflict ? 'external-id-conflict' : 'invalid-email',
    message: isConflict
      ? 'A Zendesk user has the address and another external_id.'
      : 'There is an address, and it is not valid.',
    detail: isConflict ? 'info@amberg.example' : 'info(at)brix.example',
    at: at(-index * 60_000),
    record: { Id: String(500 + index), DisplayName: companyOf(index) },
    name: companyOf(index),
    ...(isConflict && { blockedByUserId: '360000000042' }),
    due: !isConflict,
    urls: { customer: `https://qbo.example/customer/${500 + index}`, user: null },
  };
}

const actions = ['conflict', 'reject', 'create', 'update', 'adopt', 'deactivate'] as const;

export function madeChange(index: number): Change {
  const action = actions[index % actions.length] ?? 'create';
  const isForPerson = action === 'conflict' || action === 'reject';
  return {
    key: String(700 + index),
    action,
    ...(action === 'conflict' && { code: 'external-id-conflict', blockedByUserId: '360000000042' }),
    ...(action === 'reject' && { code: 'invalid-email' }),
    ...(isForPerson && { message: 'Nothing is written until a person decides.' }),
    ...(action === 'update' && { destinationId: String(360_000_000 + index) }),
    fields: isForPerson
      ? {}
      : {
          name: [action === 'create' ? null : companyOf(index + 1), companyOf(index)],
          email: [null, `info@company-${index}.example`],
          tags: [null, ['quickbooks', 'usa']],
        },
    name: companyOf(index),
    urls: { customer: `https://qbo.example/customer/${700 + index}`, user: null },
  };
}
