import type { PipelineIdentity } from '../../domain/pipeline.ts';
import { tables } from '../tables.ts';
import { findPipeline } from './copy-pipeline.ts';
import { hashTable } from './hash-table.ts';
import type { PipelineTables, StoredPipeline } from './pipeline-tables.ts';

/** Whether the pipeline was copied whole, and has not run on either side since: its runs and its checkpoint are equal. */
export async function isCopied({
  from,
  to,
  identity,
}: {
  readonly from: PipelineTables;
  readonly to: PipelineTables;
  readonly identity: PipelineIdentity;
}): Promise<boolean> {
  const [source, copy] = [await findPipeline(from, identity), await findPipeline(to, identity)];
  if (!source || !copy || (await to.progress(copy.id))) return false;
  const [there, here] = [await runsOf(from, source), await runsOf(to, copy)];
  return there.length > 0 && there === here;
}

/** Empty for a pipeline that has never run. */
async function runsOf(tablesOf: PipelineTables, { id, identity }: StoredPipeline): Promise<string> {
  const owner = { pipeline: id, destination: identity.destinationOrigin };
  const runs = await hashTable(tablesOf, tables.runs, owner);
  const checkpoint = await hashTable(tablesOf, tables.checkpoints, owner);
  return runs.rows === 0 ? '' : `${runs.hash} ${checkpoint.hash}`;
}
