import { createHash } from 'node:crypto';
import { z } from 'zod';
import { StateError } from '../../domain/errors.ts';
import type { PipelineIdentity } from '../../domain/pipeline.ts';
import { type Table, tables, type Values } from '../tables.ts';
import { copied, ofPipeline, pagesOf } from './copy-tables.ts';
import { hashTable } from './hash-table.ts';
import type { CopyProgress, PipelineTables, RowOwner, StoredPipeline } from './pipeline-tables.ts';

export interface CopyReport {
  /** An earlier copy that was interrupted was continued. */
  readonly isResumed: boolean;
  /** By table, as counted in both states. The directory is not in it where the target has one of its own. */
  readonly rows: Readonly<Record<string, number>>;
}

interface CopyOptions {
  readonly from: PipelineTables;
  readonly to: PipelineTables;
  readonly identity: PipelineIdentity;
  readonly onRows?: (table: string, count: number) => void;
}

/** What is noted in the target of how far a copy has come: the last row of the table that is being copied. */
const placeSchema = z.object({
  table: z.string(),
  after: z.array(z.union([z.string(), z.number(), z.null()])).optional(),
  /** The target had a directory of this destination, which other pipelines use. */
  hasDirectory: z.boolean(),
});
type Place = z.output<typeof placeSchema>;

const unfinished = 'A copy of its state to this place was not finished. Run the copy again.';

/**
 * Copies one pipeline from one state to another. The caller keeps runs away from both. Until all is there and equal in
 * count and hash, the target has no checkpoint and is paused: no run can work with a part. A copy that was interrupted is
 * continued where it stopped, or begun again if the pipeline has run meanwhile. Throws StateError where the target has
 * another state of the pipeline.
 */
export async function copyPipeline({ from, to, identity, onRows }: CopyOptions): Promise<CopyReport> {
  const source = await findPipeline(from, identity);
  if (!source)
    throw new StateError(`${from.location} has no state of pipeline ${identity.name}.`, { code: 'state-copy' });
  if (await from.progress(source.id)) throw isPart(from, identity);
  const origin = await originOf(from, source);
  const target = await prepareTarget(to, source, origin);
  const owner = { pipeline: source.id, destination: identity.destinationOrigin };
  const wanted = copied.filter((table) => table.owner === 'pipeline' || !target.place.hasDirectory);
  let place = target.place;
  for (const table of wanted.slice(
    Math.max(
      0,
      wanted.findIndex(({ name }) => name === place.table),
    ),
  )) {
    const after = place.table === table.name ? place.after : undefined;
    place = { table: table.name, hasDirectory: place.hasDirectory, ...(after && { after }) };
    if (table === tables.alertMessages) await to.change(target.id, { clear: [table] });
    for await (const rows of pagesOf(from, table, owner, place.after)) {
      place = { ...place, ...(table !== tables.alertMessages && { after: [...(rows.at(-1) ?? [])] }) };
      const progress = { origin, done: JSON.stringify(place) };
      await to.change(target.id, { put: [{ table, rows: ofPipeline(table, rows, target.id) }], progress });
      onRows?.(table.name, rows.length);
    }
  }
  const counts = await compare({ from, to, owner, copy: { ...owner, pipeline: target.id }, wanted });
  await finish({ from, to, source, pipeline: target.id, owner });
  return { isResumed: target.isResumed, rows: counts };
}

function isPart({ location }: PipelineTables, { name }: PipelineIdentity): StateError {
  return new StateError(`${location} has only a part of pipeline ${name}: a copy to it was not finished.`, {
    code: 'state-copy',
    hint: 'Finish that copy first, or copy from the place that it was made from.',
  });
}

export async function findPipeline(
  state: PipelineTables,
  identity: PipelineIdentity,
): Promise<StoredPipeline | undefined> {
  const names = Object.keys(identity) as (keyof PipelineIdentity)[];
  return (await state.pipelines()).find((stored) => names.every((name) => stored.identity[name] === identity[name]));
}

/** Which state, and as of which run: what was copied of an earlier one is of no use for a later one. */
async function originOf(from: PipelineTables, { id, identity }: StoredPipeline): Promise<string> {
  const owner = { pipeline: id, destination: identity.destinationOrigin };
  const runs = await hashTable(from, tables.runs, owner);
  const checkpoint = await hashTable(from, tables.checkpoints, owner);
  return createHash('sha256')
    .update(JSON.stringify([from.location, runs, checkpoint]))
    .digest('hex');
}

interface Target {
  readonly id: number;
  readonly place: Place;
  readonly isResumed: boolean;
}

async function prepareTarget(to: PipelineTables, source: StoredPipeline, origin: string): Promise<Target> {
  const { identity } = source;
  const found = await findPipeline(to, identity);
  const progress = found && (await to.progress(found.id));
  if (found && progress?.origin === origin) return { id: found.id, place: placeOf(progress), isResumed: true };
  if (found && !progress && (await hasState(to, found))) throw hasOther(to, identity);
  const id = found?.id ?? (await to.create(identity));
  const owner = { pipeline: id, destination: identity.destinationOrigin };
  const head = await to.page(tables.directories, owner, { after: undefined, limit: 1 });
  // What an earlier attempt has brought is no directory of the target's own.
  const hasDirectory = progress ? placeOf(progress).hasDirectory : head.length > 0;
  const place = { table: '', hasDirectory };
  await to.change(id, {
    clear: ofPipelineOnly,
    clearDirectory: hasDirectory ? undefined : identity.destinationOrigin,
    hold: unfinished,
    progress: { origin, done: JSON.stringify(place) },
  });
  return { id, place, isResumed: false };
}

function placeOf({ done }: CopyProgress): Place {
  return placeSchema.parse(JSON.parse(done));
}

const ofPipelineOnly: readonly Table[] = [...copied, tables.checkpoints].filter(({ owner }) => owner === 'pipeline');

async function hasState(to: PipelineTables, { id, identity, hold }: StoredPipeline): Promise<boolean> {
  if (hold !== null) return true;
  const owner = { pipeline: id, destination: identity.destinationOrigin };
  for (const table of ofPipelineOnly)
    if ((await to.page(table, owner, { after: undefined, limit: 1 })).length > 0) return true;
  return false;
}

function hasOther({ location }: PipelineTables, { name }: PipelineIdentity): StateError {
  return new StateError(`${location} has a state of pipeline ${name} already. Nothing was copied.`, {
    code: 'state-copy',
    hint: 'Copy to a new place, or move that state away if nothing uses it any more.',
  });
}

/** Reads all of both again. Throws StateError if they differ, and then the next attempt begins from the start. */
async function compare({
  from,
  to,
  owner,
  copy,
  wanted,
}: {
  readonly from: PipelineTables;
  readonly to: PipelineTables;
  readonly owner: RowOwner;
  readonly copy: RowOwner;
  readonly wanted: readonly Table[];
}): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const different: string[] = [];
  for (const table of wanted) {
    const [there, here] = [await hashTable(from, table, owner), await hashTable(to, table, copy)];
    counts[table.name] = here.rows;
    if (there.hash !== here.hash) different.push(`${table.name} (${there.rows} and ${here.rows} rows)`);
  }
  if (different.length === 0) return counts;
  const place: Place = { table: '', hasDirectory: !wanted.includes(tables.users) };
  await to.change(copy.pipeline, { progress: { origin: 'none', done: JSON.stringify(place) } });
  throw new StateError(`The copy in ${to.location} differs from ${from.location} in ${different.join(', ')}.`, {
    code: 'state-copy',
    hint: 'Something wrote while it was copied. Stop services and webhooks that use this state, and run the copy again.',
  });
}

/** The checkpoint comes last, in one transaction with the end of the pause. */
async function finish({
  from,
  to,
  source,
  pipeline,
  owner,
}: {
  readonly from: PipelineTables;
  readonly to: PipelineTables;
  readonly source: StoredPipeline;
  readonly pipeline: number;
  readonly owner: RowOwner;
}): Promise<void> {
  const checkpoint: readonly Values[] = await from.page(tables.checkpoints, owner, { after: undefined, limit: 1 });
  await to.change(pipeline, {
    put: [{ table: tables.checkpoints, rows: ofPipeline(tables.checkpoints, checkpoint, pipeline) }],
    hold: source.hold,
    progress: null,
  });
}
