import type { Changes } from '../store.ts';
import { tables } from '../tables.ts';
import { directoryChanges } from './apply-directory.ts';
import { keptRecordChanges } from './apply-kept-records.ts';
import type { Statement } from './connection/database.ts';
import type { Owner } from './owner.ts';
import { forNames, insert, upsert } from './statements.ts';

/**
 * One set of changes as statements, table by table, only for what there is. The order matters, as in the file: a user that
 * was seen makes the dead letters due that were there before these changes, and what is removed is removed before what
 * takes its place. They are sent in one flight: a function in the database would save no round trip, and have to be kept
 * for every version that may still be at work.
 */
export function changesAsStatements(owner: Owner, changes: Changes): readonly Statement[] {
  return [
    ...batchChanges(owner, changes),
    ...directoryChanges(owner, changes),
    ...linkChanges(owner, changes),
    ...keptRecordChanges(owner, changes),
    ...resultChanges(owner, changes),
    ...checkpointChange(owner, changes),
  ];
}

function batchChanges(
  { pipeline }: Owner,
  { closeBatches = [], openBatches = [], batchJobs = [] }: Changes,
): readonly Statement[] {
  const opened = openBatches.map(({ id, run, operation, rows, jobId, requestedAt }) => [
    id,
    pipeline,
    run,
    operation,
    JSON.stringify(rows),
    jobId ?? null,
    requestedAt,
  ]);
  const ids = batchJobs.map(({ id }) => id);
  const jobIds = batchJobs.map(({ jobId }) => jobId);
  return [
    ...forNames(closeBatches, { table: tables.batches, owner: pipeline, column: 'id' }),
    ...(opened.length > 0 ? [insert(tables.batches, opened)] : []),
    ...(ids.length > 0
      ? [
          {
            text: 'UPDATE rolodesk.batches b SET job_id = n.job_id FROM unnest($1::text[], $2::text[]) n (id, job_id) WHERE b.id = n.id',
            values: [ids, jobIds],
          },
        ]
      : []),
  ];
}

function linkChanges({ pipeline }: Owner, { links = [], unlink, release, claims = [] }: Changes): readonly Statement[] {
  const rows = links.map(({ key, externalId, destinationId, origin, sent, stored, writtenAt, deactivated }) => [
    pipeline,
    key,
    externalId.toLowerCase(),
    destinationId,
    origin,
    JSON.stringify(sent),
    stored ? JSON.stringify(stored) : null,
    writtenAt,
    deactivated ?? null,
  ]);
  const claimed = claims.map(({ email, key }) => [pipeline, email, key]);
  return [
    ...(rows.length > 0 ? [upsert(tables.links, rows)] : []),
    ...forNames(unlink, { table: tables.links, owner: pipeline, column: 'key' }),
    ...forNames(release, { table: tables.claims, owner: pipeline, column: 'address' }),
    ...forNames(release, { table: tables.pending, owner: pipeline, column: 'address', set: 'due = 1' }),
    ...(claimed.length > 0 ? [upsert(tables.claims, claimed)] : []),
  ];
}

/** Those that are up to date are kept elsewhere: see `createUnchangedKeys`. */
function resultChanges({ pipeline }: Owner, { results }: Changes): readonly Statement[] {
  if (!results) return [];
  const { run } = results;
  const latest = [...new Map(results.rows.map((row) => [row.key, row])).values()];
  const rows = latest
    .filter(({ outcome }) => outcome !== 'unchanged')
    .map(({ key, outcome, code, message, destinationId, changes, previousLastSent, at, detail }) => [
      run,
      key,
      pipeline,
      outcome,
      code ?? null,
      message ?? null,
      destinationId ?? null,
      changes ? JSON.stringify(changes) : null,
      previousLastSent ? JSON.stringify(previousLastSent) : null,
      at,
      detail ?? null,
    ]);
  return rows.length > 0 ? [upsert(tables.results, rows)] : [];
}

function checkpointChange({ pipeline }: Owner, { checkpoint }: Changes): readonly Statement[] {
  if (!checkpoint) return [];
  const { cursor, fingerprint, savedAt } = checkpoint;
  return [upsert(tables.checkpoints, [[pipeline, JSON.stringify(cursor), fingerprint, savedAt]])];
}
