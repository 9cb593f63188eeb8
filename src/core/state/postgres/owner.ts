import { StateError } from '../../domain/errors.ts';
import type { PipelineId } from '../../domain/pipeline.ts';

/** Whose changes they are. The directory belongs to the destination, everything else to the pipeline. */
export interface Owner {
  readonly pipeline: PipelineId;
  readonly destination: string;
}

/** The owner of what is written for this pipeline, which this store must have opened. */
export function ownerOf(destinations: ReadonlyMap<PipelineId, string>, pipeline: PipelineId): Owner {
  const destination = destinations.get(pipeline);
  if (destination === undefined) throw new StateError(`Pipeline ${pipeline} was not opened in this store.`);
  return { pipeline, destination };
}
