import type { ApplyTable } from './apply-table.ts';
import { createStatement } from './query.ts';

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
      put.openBatch.run(id, pipeline, run, operation, JSON.stringify(rows), jobId ?? null, requestedAt);
    for (const { id, jobId } of batchJobs) put.batchJob.run(jobId, id);
  };
};

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
