import { existsSync } from 'node:fs';
import { ConfigError } from '../../core/domain/errors.ts';
import type { PipelineIdentity } from '../../core/domain/pipeline.ts';
import type { StateBackend } from '../../core/state/backend.ts';
import { copyCredentials } from '../../core/state/copy/copy-credentials.ts';
import { type CopyReport, copyPipeline } from '../../core/state/copy/copy-pipeline.ts';
import { isCopied } from '../../core/state/copy/is-copied.ts';
import { openCredentialsOf } from '../connections/open-credentials.ts';
import { rowKeyName } from '../connections/rows/row-secrets.ts';
import type { AppContext } from '../host.ts';
import { type CopiedRows, copyRows } from './copy-rows.ts';
import { isSameState, type StateLocation } from './location.ts';
import { stateNamed } from './state-of.ts';

export interface CopyStateOptions {
  readonly from: string;
  readonly to: string;
  /** Its name. Absent: the only one that the state has. */
  readonly pipeline?: string | undefined;
  readonly all: boolean;
  readonly onRows?: ((pipeline: string, rows: number) => void) | undefined;
}

export interface CopiedPipeline extends CopyReport {
  readonly pipeline: string;
  /** It was there already, equal in its runs and its checkpoint. */
  readonly isUnchanged: boolean;
}

export interface CopyStateReport {
  readonly from: string;
  readonly to: string;
  readonly pipelines: readonly CopiedPipeline[];
  /** Names. All credentials go with all pipelines; one pipeline of several leaves them, because others use them too. */
  readonly credentials: readonly string[];
  /** Connections that stand as rows go with all pipelines, too. */
  readonly connections: CopiedRows;
}

/** Copies pipelines with their credentials to another state. No run of theirs is in flight meanwhile, on either side. */
export async function copyState(context: AppContext, options: CopyStateOptions): Promise<CopyStateReport> {
  const { host } = context;
  const [source, target] = locationsOf(context, options);
  const from = await host.states.open(source);
  try {
    const to = await host.states.open(target);
    try {
      return await copyBetween({ from, to, source, target }, context, options);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

interface Ends {
  readonly from: StateBackend;
  readonly to: StateBackend;
  readonly source: StateLocation;
  readonly target: StateLocation;
}

async function copyBetween(ends: Ends, { host }: AppContext, options: CopyStateOptions): Promise<CopyStateReport> {
  const { from, to, source, target } = ends;
  const { chosen, isWhole } = await choose(from, options);
  const pipelines: CopiedPipeline[] = [];
  for (const identity of chosen) pipelines.push(await copyOne(ends, identity, options));
  const isRepeated = pipelines.every(({ isUnchanged }) => isUnchanged);
  const credentials = isWhole ? await copyAllCredentials(ends, { env: host.env, isRepeated }) : [];
  const connections = isWhole
    ? await copyRows({ backend: from, state: source }, { backend: to, state: target }, host)
    : noRows;
  return { from: from.location, to: to.location, pipelines, credentials, connections };
}

const noRows: CopiedRows = { copied: [], kept: [] };

function locationsOf({ host }: AppContext, { from, to }: CopyStateOptions): readonly [StateLocation, StateLocation] {
  const [source, target] = [stateNamed(from, host), stateNamed(to, host)];
  if (isSameState(source, target))
    throw new ConfigError(`Both are the state ${source.location}.`, { code: 'usage', hint: 'Name two states.' });
  // Opening a file makes it.
  if (source.kind === 'sqlite' && !existsSync(source.path))
    throw new ConfigError(`There is no state ${source.path}.`, { code: 'usage', hint: 'Check the path.' });
  return [source, target];
}

async function choose(
  from: StateBackend,
  { pipeline, all }: CopyStateOptions,
): Promise<{ readonly chosen: readonly PipelineIdentity[]; readonly isWhole: boolean }> {
  const tables = await from.openTables();
  const stored = await tables.pipelines().finally(() => tables.close());
  const identities = stored.map(({ identity }) => identity);
  if (all || (pipeline === undefined && identities.length === 1)) return { chosen: identities, isWhole: true };
  const chosen = identities.filter(({ name }) => name === pipeline);
  if (chosen.length > 0) return { chosen, isWhole: chosen.length === identities.length };
  const names = [...new Set(identities.map(({ name }) => name))].join(', ') || 'none';
  throw new ConfigError(
    pipeline === undefined
      ? `${from.location} has ${identities.length} pipelines: ${names}.`
      : `${from.location} has no pipeline ${pipeline}: it has ${names}.`,
    { code: 'usage', hint: 'Name one with --pipeline, or copy them all with --all.' },
  );
}

async function copyOne(
  { from, to }: Pick<Ends, 'from' | 'to'>,
  identity: PipelineIdentity,
  { onRows }: CopyStateOptions,
): Promise<CopiedPipeline> {
  const closers: (() => void | Promise<void>)[] = [];
  try {
    const tables = async (backend: StateBackend) => {
      const lease = await backend.acquireLease(identity.destinationOrigin);
      closers.push(() => lease.release());
      const opened = await backend.openTables(lease);
      closers.push(() => opened.close());
      return opened;
    };
    const ends = { from: await tables(from), to: await tables(to), identity };
    const { name: pipeline } = identity;
    if (await isCopied(ends)) return { pipeline, isUnchanged: true, isResumed: false, rows: {} };
    let rows = 0;
    const report = await copyPipeline({
      ...ends,
      onRows: (_, count) => {
        rows += count;
        onRows?.(pipeline, rows);
      },
    });
    return { pipeline, isUnchanged: false, ...report };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/**
 * After the pipelines: none of them was refused, so nothing has run on the target, and the tokens here are the newest. A
 * copy that is repeated brings only what an earlier attempt did not come to.
 */
async function copyAllCredentials(
  { from, to }: Pick<Ends, 'from' | 'to'>,
  { env, isRepeated }: { readonly env: AppContext['host']['env']; readonly isRepeated: boolean },
): Promise<readonly string[]> {
  const [source, target] = [await openCredentialsOf(from, env), await openCredentialsOf(to, env)];
  try {
    // The key of the connections that stand as rows is the state's own: they are encrypted again as they are copied.
    const there = new Set([rowKeyName, ...(isRepeated ? await target.names() : [])]);
    const names = async (): Promise<readonly string[]> => (await source.names()).filter((name) => !there.has(name));
    return await copyCredentials({ ...source, names }, target);
  } finally {
    await source.close();
    await target.close();
  }
}
