import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, ContractError } from '../../core/domain/errors.ts';
import type { Json } from '../../core/domain/json.ts';
import type { SingerConfig } from './config.ts';
import { jsonSchema } from './json-schema.ts';

/** https://github.com/singer-io/getting-started/blob/master/docs/DISCOVERY_MODE.md */

const entry = z.looseObject({
  breadcrumb: z.array(z.string()),
  metadata: z.record(z.string(), z.unknown()),
});
const stream = z.looseObject({
  tap_stream_id: z.string(),
  stream: z.string().nullish(),
  schema: jsonSchema,
  metadata: z.array(entry).nullish(),
});
const catalog = z.looseObject({ streams: z.array(stream) });
type Catalog = z.output<typeof catalog>;
type Stream = z.output<typeof stream>;

/** Throws ContractError if it is not a catalog. */
export function parseCatalog(text: string, from: string): Catalog {
  const found = catalog.safeParse(parsed(text));
  if (found.success) return found.data;
  const where = found.error.issues[0]?.path.join('.') || 'it';
  throw new ContractError(`${from} is no Singer catalog: ${where} is missing or wrong.`, {
    code: 'singer-catalog',
    hint: 'Run the tap with --discover by hand and look at what it prints.',
  });
}

export async function readCatalog(config: SingerConfig, folder: string): Promise<Catalog> {
  const path = resolve(folder, config.catalog);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigError(`source.catalog: ${path} can't be read.`, {
      code: 'source-file',
      hint: 'Check the path; it is relative to the configuration. Or say auto.',
      cause: error,
    });
  });
  return parseCatalog(text, path);
}

/** Throws ConfigError, which names the streams that there are. */
export function streamIn({ streams }: Catalog, wanted: string): Stream {
  const found = streams.find((one) => one.tap_stream_id === wanted) ?? streams.find((one) => one.stream === wanted);
  if (found) return found;
  throw new ConfigError(`source.stream: the tap has no stream ${wanted}.`, {
    code: 'singer-stream',
    hint: `It has ${streams.map(({ tap_stream_id: id }) => id).join(', ') || 'none at all'}.`,
  });
}

/** What the tap is asked to read: this stream with all its fields, and no other. */
export function selectIn(found: Catalog, { stream: wanted, replicationKey }: SingerConfig): Json {
  const chosen = streamIn(found, wanted);
  const streams = found.streams.map((one) => (one === chosen ? selected(one, replicationKey) : deselected(one)));
  // It was parsed as JSON, and nothing but JSON was added.
  return { ...found, streams } as unknown as Json;
}

function selected(one: Stream, replicationKey: string | undefined): Stream {
  const metadata = one.metadata ?? [];
  const [own = { breadcrumb: [], metadata: {} }] = metadata.filter(({ breadcrumb }) => breadcrumb.length === 0);
  const fields = metadata.filter(({ breadcrumb }) => breadcrumb.length > 0);
  return {
    ...one,
    schema: { ...one.schema, selected: true },
    metadata: [
      { ...own, metadata: { ...own.metadata, ...methodOf(own.metadata, replicationKey), selected: true } },
      ...fields.map((field) =>
        field.metadata.inclusion === 'unsupported'
          ? field
          : { ...field, metadata: { ...field.metadata, selected: true } },
      ),
    ],
  };
}

/** Taps of databases leave the choice to the catalog; all others force theirs. */
function methodOf(metadata: Readonly<Record<string, unknown>>, replicationKey: string | undefined) {
  if (replicationKey !== undefined) return { 'replication-method': 'INCREMENTAL', 'replication-key': replicationKey };
  const isChosen = 'replication-method' in metadata || 'forced-replication-method' in metadata;
  return isChosen ? {} : { 'replication-method': 'FULL_TABLE' };
}

function deselected(one: Stream): Stream {
  return {
    ...one,
    schema: { ...one.schema, selected: false },
    metadata: (one.metadata ?? []).map((part) =>
      part.breadcrumb.length === 0 ? { ...part, metadata: { ...part.metadata, selected: false } } : part,
    ),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Reported as an invalid catalog, without its text, which may be anything.
    return undefined;
  }
}
