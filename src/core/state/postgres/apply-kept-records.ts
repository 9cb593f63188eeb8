import type { DeferredRecord } from '../../domain/run/pending-work.ts';
import type { Changes } from '../store.ts';
import { type Table, tables } from '../tables.ts';
import type { Statement } from './connection/database.ts';
import type { Owner } from './owner.ts';
import { forNames, insert, upsert } from './statements.ts';

/** Records that are kept to be looked at again: dead letters, pending and deferred ones. */
export function keptRecordChanges(
  { pipeline }: Pick<Owner, 'pipeline'>,
  {
    clearDeadLetters,
    deadLetters = [],
    clearPending,
    pending = [],
    clearEmailRecords,
    emailRecords = [],
    clearDeferred,
    deferred = [],
  }: Changes,
): readonly Statement[] {
  const clear = (table: Table, keys: readonly string[] | undefined): readonly Statement[] =>
    forNames(keys, { table, owner: pipeline, column: 'key' });
  const letters = deadLetters.map(
    ({ key, code, message, record, payloadHash, run, at, blockedByUserId, blockedByEmail, due, detail }) => [
      pipeline,
      key,
      code,
      message,
      JSON.stringify(record),
      payloadHash,
      run,
      at,
      blockedByUserId ?? null,
      blockedByEmail ?? null,
      due ? 1 : 0,
      detail ?? null,
    ],
  );
  const waitingForAddress = pending.map(({ key, reason, email, record, due }) => [
    pipeline,
    key,
    reason,
    email ?? null,
    JSON.stringify(record),
    due ? 1 : 0,
  ]);
  const byAddress = emailRecords.map(({ key, email, isActive, record }) => [
    pipeline,
    key,
    email,
    isActive ? 1 : 0,
    JSON.stringify(record),
  ]);
  const rowOf = ({ key, sequence, stage, after, record, attempts }: DeferredRecord) => [
    pipeline,
    key,
    sequence,
    stage,
    after ?? null,
    JSON.stringify(record),
    attempts,
    0,
  ];
  const waiting = deferred.filter(({ stage }) => stage !== 'holder').map(rowOf);
  const holders = deferred.filter(({ stage }) => stage === 'holder').map(rowOf);
  return [
    ...clear(tables.deadLetters, clearDeadLetters),
    ...(letters.length > 0 ? [upsert(tables.deadLetters, letters)] : []),
    ...clear(tables.pending, clearPending),
    ...(waitingForAddress.length > 0 ? [upsert(tables.pending, waitingForAddress)] : []),
    ...clear(tables.emailRecords, clearEmailRecords),
    ...(byAddress.length > 0 ? [upsert(tables.emailRecords, byAddress)] : []),
    ...clear(tables.deferred, clearDeferred),
    ...(waiting.length > 0 ? [upsert(tables.deferred, waiting)] : []),
    ...(holders.length > 0 ? [insert(tables.deferred, holders, { conflict: 'ON CONFLICT DO NOTHING' })] : []),
  ];
}
