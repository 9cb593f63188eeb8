import type { CallContext } from '../../../core/domain/context.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import type { CreateIntent } from '../write/intents.ts';
import { rejectedWith } from '../write/outcomes.ts';
import type { WriteDependencies } from '../write/write-dependencies.ts';
import { organizationsOf } from './organization.ts';
import { diffRelated, listOf } from './related.ts';
import { writeRelated } from './write-related.ts';

/** The organization that each user is made with. */
export type Joined = ReadonlyMap<CreateIntent, { readonly externalId: string; readonly id: number }>;

/** Finds or makes the organizations of users that are about to be made. */
export async function firstOrganizations(
  { organizations }: WriteDependencies,
  intents: readonly CreateIntent[],
  context: CallContext,
): Promise<Joined> {
  const wanted = intents.map((intent) => organizationsOf(listOf(intent.mapped.organizations)));
  if (wanted.every((list) => list.length === 0)) return new Map();
  const ensured = await organizations.ensure(wanted.flat(), context);
  const joined = new Map<CreateIntent, { readonly externalId: string; readonly id: number }>();
  intents.forEach((intent, position) => {
    const [first] = wanted[position] ?? [];
    const found = first && ensured.get(first.external_id);
    if (first && found?.kind === 'there') joined.set(intent, { externalId: first.external_id, id: found.id });
  });
  return joined;
}

/** Writes the related resources of users that have just been made, and has their links remember it. */
export async function writeRelatedAfterCreate(
  dependencies: WriteDependencies,
  intents: readonly CreateIntent[],
  outcomes: readonly RowOutcome[],
  { joined, context }: { readonly joined: Joined; readonly context: CallContext },
): Promise<readonly RowOutcome[]> {
  const rows = intents.flatMap((intent, position) => {
    const outcome = outcomes[position];
    const related = diffRelated(intent.mapped, { sent: {} });
    if (!related || outcome?.kind !== 'written') return [];
    const first = joined.get(intent);
    return [{ intent, outcome, userId: outcome.link.destinationId, related, joined: first ? [first.externalId] : [] }];
  });
  const refusals = await writeRelated(dependencies, rows, context);
  const completed = new Map<RowOutcome, RowOutcome>();
  rows.forEach(({ intent, outcome }, position) => {
    const refused = refusals[position] ?? {};
    const had = Object.entries(intent.mapped).filter(([name]) => !(name in refused));
    const link = { ...outcome.link, sent: Object.fromEntries(had) };
    const changes: Record<string, readonly [Json, Json]> = { ...outcome.changes, active: [false, true] };
    completed.set(outcome, rejectedWith({ ...outcome, link }, Object.values(refused), changes));
  });
  return outcomes.map((outcome) => completed.get(outcome) ?? outcome);
}
