import type { CompleteSink } from '../core/complete-sink.ts';
import type { Known } from '../core/domain/known.ts';
import type { Link } from '../core/domain/link.ts';
import type { DirectoryUser } from '../core/domain/user.ts';
import type { Batch, Delivery, RowOutcome, WriteContext } from '../core/domain/write.ts';

export interface Wanted<P> {
  readonly key: string;
  readonly payload: P;
}

/** As often as a row is sent before it counts as one that never comes to an end. */
const maxRounds = 8;

/**
 * The pipeline's part of the protocol, as small as it can be: what is known is kept in memory, rows are decided, written in
 * batches, and decided or sent again until they have come to an end.
 */
export function createDriver<P>(sink: CompleteSink<P>) {
  const links = new Map<string, Link>();
  const users = new Map<string, DirectoryUser>();

  const by = <T>(items: Iterable<T>, keyOf: (item: T) => string | undefined): ReadonlyMap<string, T> =>
    new Map([...items].flatMap((item) => (keyOf(item) === undefined ? [] : [[String(keyOf(item)), item] as const])));

  const known = (): Known => ({
    outcomes: new Map(),
    links,
    linksByUser: by(links.values(), ({ destinationId }) => destinationId),
    linksByExternalId: by(links.values(), ({ externalId }) => externalId),
    claimantsByEmail: new Map(),
    emailsByClaimant: new Map(),
    users,
    usersByExternalId: by(users.values(), ({ externalId }) => externalId),
    usersByEmail: by(users.values(), ({ email }) => email),
    deadLetters: new Map(),
  });

  /** What is to be written of these, and what has come to its end without. */
  function decide(wanted: readonly Wanted<P>[]) {
    const deliveries: Delivery<P>[] = [];
    const ends = new Map<string, string>();
    for (const { key, payload } of wanted) {
      const mapped = {
        key,
        payload,
        phase: 'final',
        inCycle: false,
        remove: false,
        deactivating: undefined,
      } as const;
      const decision = sink.decide({ ...mapped, onlyIfUnchanged: false }, known());
      if (decision.kind === 'write') deliveries.push(decision.delivery);
      else ends.set(key, decision.kind);
    }
    return { deliveries, ends };
  }

  function batchOf(deliveries: readonly Delivery<P>[]): Batch<P> {
    return { id: 'batch', operation: deliveries[0]?.operation ?? 'create', deliveries, requestedAt: sink.now() };
  }

  /** Learns what an outcome tells; true when the row has come to its end. */
  function take(outcome: RowOutcome): boolean {
    if (outcome.kind === 'redecide') for (const user of outcome.users) users.set(user.id, user);
    if ('user' in outcome && outcome.user) users.set(outcome.user.id, outcome.user);
    if ('link' in outcome && outcome.link) links.set(outcome.link.key, outcome.link);
    return outcome.kind !== 'redecide' && outcome.kind !== 'not-written';
  }

  return {
    links,
    decide,
    batchOf,
    take,
    /** Brings all of them to an end, and returns how each came to it: the kind of its outcome or of its verdict. */
    async settle(wanted: readonly Wanted<P>[], context: WriteContext): Promise<ReadonlyMap<string, string>> {
      const ended = new Map<string, string>();
      for (let round = 1; round <= maxRounds && ended.size < wanted.length; round += 1) {
        const { deliveries, ends } = decide(wanted.filter(({ key }) => !ended.has(key)));
        for (const [key, kind] of ends) ended.set(key, kind);
        for (const operation of ['create', 'update', 'delete'] as const) {
          const rows = deliveries.filter((delivery) => delivery.operation === operation);
          for (let start = 0; start < rows.length; start += sink.maxBatchSize) {
            const batch = batchOf(rows.slice(start, start + sink.maxBatchSize));
            const outcomes = await sink.write(batch, context);
            for (const [index, { key }] of batch.deliveries.entries()) {
              const outcome = outcomes[index];
              if (outcome && take(outcome)) ended.set(key, outcome.kind);
            }
          }
        }
      }
      return ended;
    },
  };
}
