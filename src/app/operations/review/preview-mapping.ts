import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { ZendeskUser } from '../../../connectors/zendesk/user.ts';
import { unfolded } from '../../../core/config/yaml-file.ts';
import type { Warning } from '../../../core/domain/context.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { MapResult } from '../../../core/domain/mapper.ts';
import type { SourceRecord } from '../../../core/domain/record.ts';
import { type MappingConfig, mappingSchema, type RecordData, validateMapping } from '../../../mappers/mapping.ts';
import type { PipelineParts } from '../../pipeline/pipeline-parts.ts';
import type { Settings } from '../../settings.ts';
import { type OperationContext, withParts } from '../context.ts';
import { distinctWarnings } from '../distinct-warnings.ts';
import { mapForAWhile } from './map-for-a-while.ts';

/** What is wrong with a mapping that somebody is writing. */
export interface MappingProblem {
  readonly message: string;
  /** Of its text; 1 is the first line. */
  readonly line?: number;
  readonly path?: string;
}

/** Which records are mapped: these, those of these keys, or the first ones of the source. */
export interface PreviewedRecords {
  readonly records?: readonly { readonly key: string; readonly data: RecordData }[] | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly limit: number;
}

export interface MappingPreview {
  readonly records: readonly { readonly record: SourceRecord<RecordData>; readonly result: MapResult<ZendeskUser> }[];
  readonly problems: readonly MappingProblem[];
  readonly warnings: readonly Warning[];
}

/** Maps records through the text of a block `mapping:`. Saves nothing, and does not call Zendesk. Contains customer data. */
export async function previewMapping(
  context: OperationContext,
  text: string,
  { records, keys, limit }: PreviewedRecords,
): Promise<MappingPreview> {
  const { mapping, problems } = parseMapping(text, context.settings);
  if (!mapping || problems.length > 0) return { records: [], problems, warnings: [] };
  const settings = withMapping(context.settings, mapping);
  const online = records ? false : 'source';
  return await withParts(
    { ...context, settings },
    { write: false, online, allowInvalidMapping: true },
    async (parts) => {
      const given = records?.map(({ key, data }): SourceRecord<RecordData> => ({ key, data, state: 'active' }));
      const read = given ?? (await readSome(parts, keys, limit));
      const mapped = await mapForAWhile(read, parts.mapper.map, { clock: context.clock, maxMs });
      return {
        records: mapped,
        problems: [
          ...parts.invalidValues.map(({ path, message }) => ({ message, path: path.join('.') })),
          ...(mapped.length < read.length ? [tooSlow(mapped.length, read.length)] : []),
        ],
        warnings: distinctWarnings(parts.pipeline.warnings),
      };
    },
  );
}

/** For all records of a preview. Templates that come to an end take microseconds. */
const maxMs = 2_000;

function tooSlow(mapped: number, of: number): MappingProblem {
  return {
    message: `Only ${mapped} of ${of} records were mapped, because that took too long. Look for a loop in a template.`,
  };
}

function withMapping(settings: Settings, mapping: MappingConfig): Settings {
  const own = mappingSchema.parse(settings.connector.mapping ?? {});
  return {
    ...settings,
    mapping: { ...own, ...mapping },
    config: { ...settings.config, mapping },
    // Its rules stand in no file.
    placeOf: () => undefined,
  };
}

async function readSome(
  { pipeline: { source }, context }: PipelineParts,
  keys: readonly string[] | undefined,
  limit: number,
): Promise<readonly SourceRecord<RecordData>[]> {
  const found: SourceRecord<RecordData>[] = [];
  const wanted = keys && new Set(keys);
  const pages = keys && source.readKeys ? source.readKeys(keys, context) : source.read(undefined, context);
  for await (const page of pages) {
    found.push(...page.records.filter(({ key }) => wanted?.has(key) ?? true));
    if (found.length >= (wanted?.size ?? limit)) break;
  }
  return found.slice(0, wanted?.size ?? limit);
}

function parseMapping(
  text: string,
  { config, connector }: Settings,
): { readonly mapping?: MappingConfig; readonly problems: readonly MappingProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0)
    return { problems: document.errors.map(({ message, pos }) => ({ message, line: lines.linePos(pos[0]).line })) };
  const problemAt = (path: readonly PropertyKey[], message: string): MappingProblem => {
    const line = lineOf(path);
    return { message, ...(path.length > 0 && { path: path.join('.') }), ...(line !== undefined && { line }) };
  };
  /** Of the innermost part of the path that is there. */
  function lineOf(path: readonly PropertyKey[]): number | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  }
  const value = unfoldedOrProblem(document);
  if (typeof value === 'string') return { problems: [{ message: value }] };
  const parsed = mappingSchema.safeParse(value.value);
  if (!parsed.success) return { problems: parsed.error.issues.map(({ path, message }) => problemAt(path, message)) };
  const { organizations } = config;
  const unknown = validateMapping({ mapping: parsed.data, organizations }, connector.record);
  return {
    mapping: parsed.data,
    // The paths of a configuration begin with its key.
    problems: unknown
      .filter(({ path }) => path[0] === 'mapping')
      .map(({ path, message }) => problemAt(path.slice(1), message)),
  };
}

/** The value, or what is wrong with its aliases. */
function unfoldedOrProblem(document: Document): { readonly value: unknown } | string {
  try {
    return { value: unfolded(document, 'mapping') };
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** JSON schema of the block, for editors. */
export function mappingJsonSchema() {
  return z.toJSONSchema(mappingSchema, { io: 'input' });
}
