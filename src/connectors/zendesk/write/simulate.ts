import type { Json } from '../../../core/domain/json.ts';
import type { CostEstimate, PlannedWork } from '../../../core/domain/run/cost-estimate.ts';
import type { SimulatedWrite } from '../../../core/domain/write.ts';
import { maxRowsPerJob, typicalJobMs } from '../limits.ts';
import { organizationsOf } from '../related/organization.ts';
import { diffRelated, listOf, type RelatedResources } from '../related/related.ts';
import { emailReleased, emailReverted, emailTaken } from './email-outcomes.ts';
import type { ChangeIntent, Intent } from './intents.ts';
import { created, deleted, updated } from './outcomes.ts';

/** Add the address, make it primary, remove the old one. */
const callsPerAddress = 3;
/** A look when jobs are expected to end, and another for the last of them. */
const pollsPerWave = 2;

/** Simulates rows one after another: an organization is looked up once, with the first of its users. */
export function createSimulator(): (intent: Intent) => SimulatedWrite {
  const lookedFor = new Set<string>();
  return (intent) => {
    const simulated = simulate(intent);
    const fresh = organizationsOf(organizationsIn(intent)).filter(({ external_id: id }) => !lookedFor.has(id));
    for (const { external_id: id } of fresh) lookedFor.add(id);
    return { ...simulated, calls: simulated.calls + fresh.length };
  };
}

function organizationsIn(intent: Intent): readonly Json[] {
  if (intent.kind === 'create') return listOf(intent.mapped.organizations);
  return ('related' in intent && intent.related.organizations?.to) || [];
}

/** The outcome of a row if nothing goes wrong. A user that would be created gets a placeholder as its id. */
function simulate(intent: Intent): SimulatedWrite {
  switch (intent.kind) {
    case 'create': {
      const outcome = created(intent, `planned:${intent.key}`, { writtenAt: 0, stored: intent.mapped });
      const changes = Object.fromEntries(
        Object.entries(intent.mapped).map(([name, value]) => [name, [null, value] as const]),
      );
      return { outcome: { ...outcome, changes }, calls: relatedCalls(diffRelated(intent.mapped, { sent: {} })) };
    }
    case 'delete':
    case 'revert-create':
      return { outcome: deleted(intent, 0), calls: 0 };
    case 'release-email':
      return { outcome: emailReleased(intent, undefined), calls: callsPerAddress };
    case 'update':
    case 'adopt':
    case 'takeover':
    case 'deactivate':
    case 'revert':
      return simulateChange(intent);
    default:
      return intent satisfies never;
  }
}

function simulateChange(intent: ChangeIntent): SimulatedWrite {
  const { address } = intent;
  const calls = relatedCalls(intent.related);
  switch (address.kind) {
    case 'keep':
      return { outcome: updated(intent, { writtenAt: 0 }), calls };
    case 'move':
      return { outcome: updated(intent, { writtenAt: 0 }), calls: calls + callsPerAddress };
    case 'blocked':
      return { outcome: emailTaken(intent, { ...address, writtenAt: 0 }), calls: 0 };
    case 'release': {
      const outcome = emailReverted(intent, { address: address.address, other: undefined, writtenAt: 0 });
      return { outcome, calls: callsPerAddress };
    }
    default:
      return address satisfies never;
  }
}

/**
 * Memberships are written in jobs. Each further address or number costs a call, after one that lists the existing ones.
 */
function relatedCalls(related: RelatedResources | undefined): number {
  const own = [related?.emails, related?.phones].flatMap((change) => change ?? []);
  return own.reduce((sum, { from, to }) => sum + 1 + Math.abs(to.length - from.length), 0);
}

/** Calls and time of a run: the longer of what the request budget and the job slots require. */
export function estimate(
  { rows, calls, lookups = 0 }: PlannedWork,
  account: { readonly perMinute: number; readonly maxJobs: number; readonly bulk: boolean },
): CostEstimate {
  const batches = (count: number): number => Math.ceil(count / maxRowsPerJob);
  const jobs = account.bulk ? batches(rows.create) + batches(rows.update) + batches(rows.delete) : 0;
  const single = account.bulk ? 0 : rows.create + rows.update + rows.delete;
  const waves = Math.ceil(jobs / account.maxJobs);
  const parts = {
    jobs,
    single,
    polls: waves * pollsPerWave,
    lookups: batches(rows.update) + batches(rows.delete) + lookups,
    addresses: calls,
  };
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const budgetMs = (total / account.perMinute) * 60_000;
  const slotsMs = waves * typicalJobMs;
  return {
    calls: { ...parts, total },
    expectedMs: Math.round(Math.max(budgetMs, slotsMs)),
    limitedBy: budgetMs > slotsMs ? 'requests a minute' : 'jobs in flight',
  };
}
