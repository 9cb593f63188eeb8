import type { DeadLetter, EmailRecord, Pending } from '../../domain/known.ts';
import type { PipelineId } from '../../domain/pipeline.ts';
import type { DeferredRecord } from '../../domain/run/pending-work.ts';
import { type ApplyTable, each } from './apply-table.ts';
import { createStatement } from './query.ts';

const deferredRow =
  'INTO deferred (pipeline, key, sequence, stage, parent, record, attempts) VALUES (?, ?, ?, ?, ?, ?, ?)';

/** Records that are kept to be looked at again: dead letters, pending and deferred ones. */
export const applyKeptRecords: ApplyTable = (database) => {
  const put = {
    clearDeadLetter: each(
      database,
      'DELETE FROM dead_letters INDEXED BY letters_by_key WHERE pipeline = ?1 AND key IN (SELECT value FROM json_each(?2))',
    ),
    deadLetter: createStatement(
      database,
      'INSERT OR REPLACE INTO dead_letters (pipeline, key, code, message, record, payload_hash, run, at, blocked_by_user_id, blocked_by_email, due, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    clearPending: each(
      database,
      'DELETE FROM pending INDEXED BY pending_by_key WHERE pipeline = ?1 AND key IN (SELECT value FROM json_each(?2))',
    ),
    pending: createStatement(
      database,
      'INSERT OR REPLACE INTO pending (pipeline, key, reason, address, record, due) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    clearEmailRecord: each(
      database,
      'DELETE FROM email_records WHERE pipeline = ?1 AND key IN (SELECT value FROM json_each(?2))',
    ),
    emailRecord: createStatement(
      database,
      'INSERT OR REPLACE INTO email_records (pipeline, key, address, active, record) VALUES (?, ?, ?, ?, ?)',
    ),
    clearDeferred: each(
      database,
      'DELETE FROM deferred INDEXED BY deferred_by_key WHERE pipeline = ?1 AND key IN (SELECT value FROM json_each(?2))',
    ),
    deferred: createStatement(database, `INSERT OR REPLACE ${deferredRow}`),
    holder: createStatement(database, `INSERT OR IGNORE ${deferredRow}`),
  };

  function putDeadLetter(pipeline: PipelineId, letter: DeadLetter): void {
    const { key, code, message, record, payloadHash, run, at, blockedByUserId, blockedByEmail, due, detail } = letter;
    const written = [pipeline, key, code, message, JSON.stringify(record), payloadHash, run, at] as const;
    put.deadLetter.run(...written, blockedByUserId ?? null, blockedByEmail ?? null, due ? 1 : 0, detail ?? null);
  }

  function putPending(pipeline: PipelineId, { key, reason, email, record, due }: Pending): void {
    put.pending.run(pipeline, key, reason, email ?? null, JSON.stringify(record), due ? 1 : 0);
  }

  function putEmailRecord(pipeline: PipelineId, { key, email, isActive, record }: EmailRecord): void {
    put.emailRecord.run(pipeline, key, email, isActive ? 1 : 0, JSON.stringify(record));
  }

  function putDeferred(pipeline: PipelineId, { key, sequence, stage, after, record, attempts }: DeferredRecord): void {
    const statement = stage === 'holder' ? put.holder : put.deferred;
    statement.run(pipeline, key, sequence, stage, after ?? null, JSON.stringify(record), attempts);
  }

  return ({ pipeline }, changes) => {
    const { clearDeadLetters, deadLetters, clearPending, pending, clearDeferred, deferred } = changes;
    put.clearDeadLetter(pipeline, clearDeadLetters);
    for (const letter of deadLetters ?? []) putDeadLetter(pipeline, letter);
    put.clearPending(pipeline, clearPending);
    for (const one of pending ?? []) putPending(pipeline, one);
    put.clearEmailRecord(pipeline, changes.clearEmailRecords);
    for (const one of changes.emailRecords ?? []) putEmailRecord(pipeline, one);
    put.clearDeferred(pipeline, clearDeferred);
    for (const one of deferred ?? []) putDeferred(pipeline, one);
  };
};
