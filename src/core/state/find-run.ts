import { ConfigError } from '../domain/errors.ts';
import type { PipelineId } from '../domain/pipeline.ts';
import type { RunRow, StateStore } from './store.ts';

const minLength = 4;

/** A run by its id, by the first characters of it, as people paste them, or the `latest`. Throws ConfigError when that names none, or several. */
export async function findRun(store: StateStore, pipeline: PipelineId, given: string): Promise<RunRow> {
  const prefix = given
    .trim()
    .toLowerCase()
    .replace(/(…|\.\.\.)$/, '');
  if (prefix === 'latest') return await newestRun(store, pipeline);
  const exact = await store.run(pipeline, prefix);
  if (exact) return exact;
  const found = prefix.length < minLength ? [] : await store.runsBeginningWith(pipeline, prefix);
  const [only, ...others] = found;
  if (!only) throw new ConfigError(`There is no run ${given}.`, { code: 'unknown-run', remedy: { kind: 'list-runs' } });
  if (others.length === 0) return only;
  const ids = found.map(({ id }) => id).join(', ');
  throw new ConfigError(`More than one run begins with ${prefix}: ${ids}.`, {
    code: 'usage',
    hint: 'Give more of it.',
  });
}

async function newestRun(store: StateStore, pipeline: PipelineId): Promise<RunRow> {
  const [newest] = await store.runs(pipeline, { limit: 1 });
  if (newest) return newest;
  throw new ConfigError('There is no run yet.', { code: 'unknown-run', remedy: { kind: 'sync' } });
}
