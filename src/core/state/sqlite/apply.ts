import type { DatabaseSync } from 'node:sqlite';
import type { PipelineId } from '../../domain/pipeline.ts';
import type { Result } from '../../domain/result.ts';
import type { DirectoryUser } from '../../domain/user.ts';
import type { Changes } from '../store.ts';
import { listOf } from './query.ts';
import { userOf } from './rows.ts';

/**
 * Whether a reject that watches this user may come out otherwise now. What we write ourselves without touching who the user
 * is does not count: of two rejects that watch each other's user, each would make the other due for ever.
 */
function hasMoved(user: DirectoryUser, former: DirectoryUser | undefined): boolean {
  return (
    former === undefined ||
    user.updatedAt > former.updatedAt ||
    user.active !== former.active ||
    user.role !== former.role ||
    user.email?.toLowerCase() !== former.email ||
    user.externalId?.toLowerCase() !== former.externalId
  );
}

/** Applies one set of changes. The caller wraps it in a transaction. */
export function createApply(database: DatabaseSync, destinationOf: (pipeline: PipelineId) => string) {
  /** Does the same with many names at once, `?2`: a statement costs more than a name that is not there. */
  function each(sql: string) {
    const statement = database.prepare(sql);
    return (owner: PipelineId | string, names: readonly string[] | undefined): void => {
      if (names?.length) statement.run(owner, listOf(names));
    };
  }

  const put = {
    closeBatch: database.prepare('DELETE FROM batches WHERE id = ?'),
    openBatch: database.prepare(
      'INSERT INTO batches (id, pipeline, run, lane, rows, job_id, requested_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    batchJob: database.prepare('UPDATE batches SET job_id = ? WHERE id = ?'),
    former: database.prepare('SELECT * FROM users WHERE destination = ? AND id = ?'),
    user: database.prepare(
      'INSERT OR REPLACE INTO users (destination, id, external_id, email, role, active, fields, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    removeUser: database.prepare('DELETE FROM users WHERE destination = ? AND id = ?'),
    stored: database.prepare(
      'UPDATE links INDEXED BY links_by_user SET stored = ? WHERE destination_id = ? AND stored IS NULL AND written_at <= ? AND pipeline IN (SELECT id FROM pipelines WHERE destination_origin = ?)',
    ),
    lettersExist: database.prepare(
      'SELECT 1 FROM dead_letters WHERE watched_id IS NOT NULL OR watched_address IS NOT NULL LIMIT 1',
    ),
    dueById: database.prepare(
      'UPDATE dead_letters INDEXED BY letters_by_watched_id SET due = 1 WHERE watched_id = ? AND pipeline IN (SELECT id FROM pipelines WHERE destination_origin = ?)',
    ),
    dueByEmail: database.prepare(
      'UPDATE dead_letters INDEXED BY letters_by_watched_address SET due = 1 WHERE watched_address IN (?, ?) AND pipeline IN (SELECT id FROM pipelines WHERE destination_origin = ?)',
    ),
    directory: database.prepare(
      'INSERT OR REPLACE INTO directories (destination, cursor, fields, filled_at) VALUES (?, ?, ?, ?)',
    ),
    link: database.prepare(
      'INSERT OR REPLACE INTO links (pipeline, key, external_id, destination_id, origin, sent, stored, written_at, deactivated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    unlink: each('DELETE FROM links WHERE pipeline = ?1 AND key IN (SELECT value FROM json_each(?2))'),
    release: each('DELETE FROM claims WHERE pipeline = ?1 AND address IN (SELECT value FROM json_each(?2))'),
    pendingDue: each(
      'UPDATE pending INDEXED BY pending_by_address SET due = 1 WHERE pipeline = ?1 AND address IN (SELECT value FROM json_each(?2))',
    ),
    claim: database.prepare('INSERT OR REPLACE INTO claims (pipeline, address, key) VALUES (?, ?, ?)'),
    clearDeadLetter: each(
      'DELETE FROM dead_letters INDEXED BY letters_by_key WHERE pipeline = ?1 AND key IN (SELECT value FROM json_each(?2))',
    ),
    deadLetter: database.prepare(
      'INSERT OR REPLACE INTO dead_letters (pipeline, key, code, message, record, payload_hash, run, at, watched_id, watched_address, due, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    clearPending: each(
      'DELETE FROM pending INDEXED BY pending_by_key WHERE pipeline = ?1 AND key IN (SELECT value FROM json_each(?2))',
    ),
    pending: database.prepare(
      'INSERT OR REPLACE INTO pending (pipeline, key, reason, address, record, due) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    clearDeferred: each(
      'DELETE FROM waiting INDEXED BY waiting_by_key WHERE pipeline = ?1 AND key IN (SELECT value FROM json_each(?2))',
    ),
    deferred: database.prepare(
      'INSERT OR REPLACE INTO waiting (pipeline, key, sequence, stage, parent, record, attempts) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    result: database.prepare(
      'INSERT OR REPLACE INTO results (run, key, pipeline, outcome, code, message, destination_id, changes, sent_before, at, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    unchanged: each('INSERT OR IGNORE INTO temp.unchanged (run, key) SELECT ?1, value FROM json_each(?2)'),
    dropUnchanged: each('DELETE FROM temp.unchanged WHERE run = ?1 AND key IN (SELECT value FROM json_each(?2))'),
    checkpoint: database.prepare(
      'INSERT OR REPLACE INTO checkpoints (pipeline, cursor, fingerprint, saved_at) VALUES (?, ?, ?, ?)',
    ),
  };

  function putUser(destination: string, user: DirectoryUser, watched: boolean): void {
    const { id, role, active, fields, updatedAt } = user;
    const email = user.email?.toLowerCase() ?? null;
    const former = watched ? put.former.get(destination, id) : undefined;
    if (watched && hasMoved(user, former && userOf(former))) {
      put.dueById.run(id, destination);
      put.dueByEmail.run(email, former?.email ?? null, destination);
    }
    const shown = fields ? JSON.stringify(fields) : null;
    put.user.run(
      destination,
      id,
      user.externalId?.toLowerCase() ?? null,
      email,
      role,
      active ? 1 : 0,
      shown,
      updatedAt,
    );
    if (shown !== null) put.stored.run(shown, id, updatedAt, destination);
  }

  /** A key's later result takes the place of its earlier one. */
  function putResults(pipeline: PipelineId, run: string, rows: readonly Result[]): void {
    const latest = [...new Map(rows.map((row) => [row.key, row])).values()];
    const written = latest.filter(({ outcome }) => outcome !== 'unchanged');
    const unchanged = latest.filter(({ outcome }) => outcome === 'unchanged');
    for (const row of written) putResult(pipeline, run, row);
    const keyOf = ({ key }: Result): string => key;
    put.dropUnchanged(run, written.map(keyOf));
    put.unchanged(run, unchanged.map(keyOf));
  }

  function putResult(pipeline: PipelineId, run: string, row: Result): void {
    const changes = row.changes ? JSON.stringify(row.changes) : null;
    put.result.run(
      run,
      row.key,
      pipeline,
      row.outcome,
      row.code ?? null,
      row.message ?? null,
      row.destinationId ?? null,
      changes,
      row.previousLastSent ? JSON.stringify(row.previousLastSent) : null,
      row.at,
      row.detail ?? null,
    );
  }

  return function apply(pipeline: PipelineId, changes: Changes): void {
    const destination = destinationOf(pipeline);
    for (const id of changes.closeBatches ?? []) put.closeBatch.run(id);
    for (const batch of changes.openBatches ?? []) {
      put.openBatch.run(
        batch.id,
        pipeline,
        batch.run,
        batch.operation,
        JSON.stringify(batch.rows),
        batch.jobId ?? null,
        batch.requestedAt,
      );
    }
    for (const { id, jobId } of changes.batchJobs ?? []) put.batchJob.run(jobId, id);
    if (changes.users?.length) {
      const watched = put.lettersExist.get() !== undefined;
      for (const user of changes.users) putUser(destination, user, watched);
    }
    for (const id of changes.removeUsers ?? []) put.removeUser.run(destination, id);
    if (changes.directory) {
      const { cursor, fields, filledAt } = changes.directory;
      put.directory.run(destination, JSON.stringify(cursor), JSON.stringify(fields), filledAt);
    }
    for (const link of changes.links ?? []) {
      const { key, externalId, destinationId, origin, sent, stored, writtenAt, deactivated } = link;
      const kept = stored ? JSON.stringify(stored) : null;
      put.link.run(
        pipeline,
        key,
        externalId.toLowerCase(),
        destinationId,
        origin,
        JSON.stringify(sent),
        kept,
        writtenAt,
        deactivated ?? null,
      );
    }
    put.unlink(pipeline, changes.unlink);
    put.release(pipeline, changes.release);
    put.pendingDue(pipeline, changes.release);
    for (const { email, key } of changes.claims ?? []) put.claim.run(pipeline, email, key);
    put.clearDeadLetter(pipeline, changes.clearDeadLetters);
    for (const letter of changes.deadLetters ?? []) {
      const { key, code, message, record, payloadHash, run, at, blockedByUserId, blockedByEmail, due, detail } = letter;
      put.deadLetter.run(
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
      );
    }
    put.clearPending(pipeline, changes.clearPending);
    for (const { key, reason, email, record, due } of changes.pending ?? []) {
      put.pending.run(pipeline, key, reason, email ?? null, JSON.stringify(record), due ? 1 : 0);
    }
    put.clearDeferred(pipeline, changes.clearDeferred);
    for (const { key, sequence, stage, after, record, attempts } of changes.deferred ?? []) {
      put.deferred.run(pipeline, key, sequence, stage, after ?? null, JSON.stringify(record), attempts);
    }
    if (changes.results) putResults(pipeline, changes.results.run, changes.results.rows);
    if (changes.checkpoint) {
      const { cursor, fingerprint, savedAt } = changes.checkpoint;
      put.checkpoint.run(pipeline, JSON.stringify(cursor), fingerprint, savedAt);
    }
  };
}
