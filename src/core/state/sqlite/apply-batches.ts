import type { ApplyTable } from './apply-table.ts';
import { createStatement } from './query.ts';

/**
 * A job id takes as much room as is kept for it. SQLite then writes one page of an intent, and not the eighteen of a whole
 * batch, when the job has an id.
 */
const jobIdLength = 64;

export const applyBatches: ApplyTable = (database) => {
  const put = {
    closeBatch: createStatement(database, 'DELETE FROM batches WHERE id = ?'),
    openBatch: createStatement(
      database,
      'INSERT INTO batches (id, pipeline, run, operation, rows, job_id, requested_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    batchJob: createStatement(database, 'UPDATE batches SET job_id = ? WHERE id = ?'),
  };
  return ({ pipeline }, { closeBatches = [], openBatches = [], batchJobs = [] }) => {
    for (const id of closeBatches) put.closeBatch.run(id);
    for (const { id, run, operation, rows, jobId, requestedAt } of openBatches)
      put.openBatch.run(id, pipeline, run, operation, JSON.stringify(rows), padded(jobId), requestedAt);
    for (const { id, jobId } of batchJobs) put.batchJob.run(padded(jobId), id);
  };
};

function padded(jobId = ''): string {
  return jobId.padEnd(jobIdLength);
}

export const applyCheckpoint: ApplyTable = (database) => {
  const put = createStatement(
    database,
    'INSERT OR REPLACE INTO checkpoints (pipeline, cursor, fingerprint, saved_at) VALUES (?, ?, ?, ?)',
  );
  return ({ pipeline }, { checkpoint }) => {
    if (!checkpoint) return;
    const { cursor, fingerprint, savedAt } = checkpoint;
    put.run(pipeline, JSON.stringify(cursor), fingerprint, savedAt);
  };
};
