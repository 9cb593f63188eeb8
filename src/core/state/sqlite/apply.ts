import type { PipelineId } from '../../domain/pipeline.ts';
import type { Changes } from '../store.ts';
import { applyBatches, applyCheckpoint } from './apply-batches.ts';
import { applyDirectory } from './apply-directory.ts';
import { applyKeptRecords } from './apply-kept-records.ts';
import { applyLinks } from './apply-links.ts';
import { applyResults } from './apply-results.ts';
import type { Connection } from './query.ts';

/**
 * Applies one set of changes, table by table. The order matters: a user that was seen makes the dead letters due that were
 * there before these changes, and what is removed is removed before what takes its place. The caller wraps it in a
 * transaction.
 */
export function createApply(
  database: Connection,
  destinationOf: (pipeline: PipelineId) => string,
): (pipeline: PipelineId, changes: Changes) => void {
  const tables = [applyBatches, applyDirectory, applyLinks, applyKeptRecords, applyResults, applyCheckpoint].map(
    (prepare) => prepare(database),
  );
  return (pipeline, changes) => {
    const owner = { pipeline, destination: destinationOf(pipeline) };
    for (const apply of tables) apply(owner, changes);
  };
}
