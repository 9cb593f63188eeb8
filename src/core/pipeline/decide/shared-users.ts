import { defined } from '../../defined.ts';
import type { DeadLetter, EmailRecord } from '../../domain/known.ts';
import type { MapResult } from '../../domain/mapper.ts';
import type { SourceRecord } from '../../domain/record.ts';
import type { DeferredRecord } from '../../domain/run/pending-work.ts';
import type { ChangeSet } from '../change-set.ts';
import type { PendingRecord, Run } from '../run-state.ts';
import { combineRecords } from './combine-records.ts';
import type { DecisionLog } from './decision-log.ts';
import type { EmailClaims } from './email-claims.ts';
import type { MatchContext } from './match-context.ts';

/** `customers`: whom it is made of. */
export type Combined<P> = { readonly combined: P; readonly customers: readonly SourceRecord[] };

/**
 * `policies.sharedEmail: merge`: customers with one address are one user. It is the user of the customer that has the claim
 * on the address, the holder; what it is made of comes from all of them (`sink.combine`). When one of them changes, the
 * holder is decided again in the same run: it is deferred in the transaction that stores the change. While the holder is in
 * flight the change waits, because the holder's result would clear that.
 */
export interface SharedUsers<P> {
  /**
   * The customer has this address now, or none. `member`: another one holds it, whose user it shares. A letter: the
   * destination refused that user for what this customer says.
   */
  join(item: PendingRecord, own: OwnPayload): 'alone' | 'wait' | 'member' | Combined<P> | { readonly refused: Letter };
  /** The customer does not count any more. Combined: its user stays, for the others. */
  leave(item: PendingRecord): 'gone' | 'wait' | Combined<P>;
}

/** Of what the customer alone is mapped to. */
interface OwnPayload {
  readonly email: string | undefined;
  readonly externalId: string;
  readonly hash: () => string;
}

type Letter = Pick<DeadLetter, 'code' | 'message'>;

interface Dependencies<T, P> {
  readonly run: Run<T, P>;
  readonly context: MatchContext;
  readonly log: Pick<DecisionLog<P>, 'changes'>;
  readonly claims: EmailClaims;
  readonly map: (record: SourceRecord) => MapResult<P> | undefined;
}

export function createSharedUsers<T, P>(
  { run, context, log, claims, map }: Dependencies<T, P>,
  stored: readonly EmailRecord[],
): SharedUsers<P> {
  const { sink } = run.pipeline;
  const records = createRecordsByEmail(stored, log.changes);
  const { othersOf, put, clear } = records;
  const { isHolderInFlight, decideHolderAgain } = createHolders({ run, context, log }, records);

  return {
    join(item, { email, externalId, hash }) {
      const { key } = item.record;
      const former = records.get(key)?.email;
      const isMoving = former !== undefined && former !== email;
      if (isMoving && isHolderInFlight(former, key)) return 'wait';
      const right = claims.claim(item, email);
      if (right === 'held' && isHolderInFlight(email, key)) return 'wait';
      const refused = right !== 'free' && email !== undefined && refusalOf({ run, context, records }, item, hash);
      if (refused) {
        put({ key, email, isActive: false, record: item.record });
        if (isMoving) decideHolderAgain(former, key);
        return { refused };
      }
      if (email === undefined) clear(key);
      else put({ key, email, isActive: true, record: item.record });
      if (isMoving) decideHolderAgain(former, key);
      if (right === 'wait') return 'wait';
      if (right === 'held') {
        // Before its deactivation the record was decided once, and the holder after that.
        if (!item.deactivate) decideHolderAgain(email, key);
        return 'member';
      }
      const isAlone = othersOf(email, key).length === 0;
      // The others may be read after it: what they make of the user is known when the read has ended. A plan shows only that.
      if (item.phase === 'scan' && email !== undefined && (!isAlone || run.options.plan)) return 'wait';
      if (isAlone) return 'alone';
      return combine(key, [item.record, ...othersOf(email, key)], externalId) ?? 'alone';
    },

    leave(item) {
      const { key } = item.record;
      const own = records.get(key);
      if (!own) return 'gone';
      const { email } = own;
      if (context.holderOf(email) !== key) {
        if (isHolderInFlight(email, key)) return 'wait';
        clear(key);
        decideHolderAgain(email, key);
        return 'gone';
      }
      const link = context.links.get(key);
      if (!link) {
        clear(key);
        claims.release(key);
        return 'gone';
      }
      // It keeps the claim, and with it its place: a customer who comes to the address later has this user.
      put({ key, email, isActive: false, record: item.record });
      const others = othersOf(email, key);
      if (others.length === 0) return 'gone';
      return item.phase === 'scan' ? 'wait' : (combine(key, others, link.externalId) ?? 'gone');
    },
  };

  function combine(holder: string, all: readonly SourceRecord[], externalId: string): Combined<P> | undefined {
    const leftOut = run.refusedUsers.leftOut(holder);
    const customers = all.filter(({ key }) => key !== leftOut);
    const combined = combineRecords({ sink, map }, customers, externalId);
    return combined === undefined ? undefined : { combined, customers: all };
  }
}

/** The holders of addresses, next to the record that is being decided. */
function createHolders<T, P>(
  { run, context, log: { changes } }: Pick<Dependencies<T, P>, 'run' | 'context' | 'log'>,
  records: RecordsByEmail,
) {
  return {
    isHolderInFlight(email: string | undefined, key: string): boolean {
      const holder = email === undefined ? undefined : context.holderOf(email);
      return holder !== undefined && holder !== key && run.inFlight.has(holder);
    },
    decideHolderAgain(email: string | undefined, key: string): void {
      const holder = email === undefined ? undefined : context.holderOf(email);
      const record = holder === undefined || holder === key ? undefined : records.get(holder)?.record;
      if (!record) return;
      run.nextSequence += 1;
      changes.deferred.push(asHolder(record, run.nextSequence));
      run.progressCount += 1;
    },
  };
}

/** In this run, or in an earlier one for the same values. Whoever is sent by a retry is tried again. */
function refusalOf<T, P>(
  { run, context, records }: Pick<Dependencies<T, P>, 'run' | 'context'> & { readonly records: RecordsByEmail },
  { forced, record: { key } }: PendingRecord,
  hash: () => string,
): Letter | undefined {
  const now = run.refusedUsers.refusalOf(key);
  if (now) return now;
  const letter = context.deadLetters.get(key);
  const isSame = letter !== undefined && !letter.due && records.get(key)?.isActive === false;
  return isSame && !forced && letter.payloadHash === hash() ? letter : undefined;
}

function asHolder(record: SourceRecord, sequence: number): DeferredRecord {
  const { key, after } = record;
  return { key, sequence, stage: 'holder', record, attempts: 0, ...defined({ after }) };
}

type RecordsByEmail = ReturnType<typeof createRecordsByEmail>;

/** The records of a few addresses, with what has just been decided of them. */
function createRecordsByEmail(stored: readonly EmailRecord[], changes: ChangeSet) {
  const byKey = new Map(stored.map((one) => [one.key, one]));
  return {
    get: (key: string) => byKey.get(key),
    othersOf(email: string | undefined, key: string): readonly SourceRecord[] {
      const others = [...byKey.values()].filter((one) => one.email === email && one.key !== key && one.isActive);
      return others.map(({ record }) => record);
    },
    put(one: EmailRecord): void {
      const before = byKey.get(one.key);
      if (before && JSON.stringify(before) === JSON.stringify(one)) return;
      byKey.set(one.key, one);
      changes.emailRecords.push(one);
    },
    clear(key: string): void {
      if (byKey.delete(key)) changes.clearEmailRecords.push(key);
    },
  };
}
