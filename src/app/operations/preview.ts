import type { ZendeskUser } from '../../connectors/zendesk/user.ts';
import type { Warning } from '../../core/domain/context.ts';
import type { MapResult } from '../../core/domain/mapper.ts';
import type { SourceRecord } from '../../core/domain/record.ts';
import { externalIdConflict } from '../../core/pipeline/decide/external-id-conflict.ts';
import type { RecordData } from '../../mappers/mapping.ts';
import type { CustomerPipeline, PipelineParts } from '../pipeline/pipeline-parts.ts';
import { type OperationContext, withParts } from './context.ts';
import { distinctWarnings } from './distinct-warnings.ts';

export interface PreviewOptions {
  /** Records to show. Default 3. */
  readonly limit?: number;
}

/** A record next to the user that it would become. */
export interface PreviewedRecord {
  readonly record: SourceRecord<RecordData>;
  readonly result: MapResult<ZendeskUser>;
}

/** A few records next to the users that they would become. Contains customer data. */
export interface Preview {
  readonly records: readonly PreviewedRecord[];
  readonly warnings: readonly Warning[];
  /** The mapping sets custom fields, and Zendesk was never asked which it has: their values were not checked. */
  readonly hasUncheckedFields: boolean;
  /** Whether the mapping, a filter or a rule for organizations reads this path of a record. */
  reads(path: string): boolean;
}

/** Maps the first records of the source. Zendesk is not called. */
export async function preview(context: OperationContext, { limit = 3 }: PreviewOptions = {}): Promise<Preview> {
  return await withParts(context, { write: false, online: 'source' }, async (parts) => {
    const { mapper, pipeline, facts } = parts;
    const records = await firstRecords(parts, limit);
    const mapped = records.map((record) => ({ record, result: mapper.map(record) }));
    return {
      records: await rejectSameIds(pipeline, mapped),
      warnings: distinctWarnings(pipeline.warnings),
      reads: readerOf(parts.uses),
      hasUncheckedFields: !facts && mapper.fields.some((field) => field.startsWith('user_fields.')),
    };
  });
}

/** A path counts as read if the mapping names it, a parent of it, or a part of it. */
function readerOf(uses: readonly string[]): (path: string) => boolean {
  return (path) => uses.some((used) => used === path || used.startsWith(`${path}.`) || path.startsWith(`${used}.`));
}

async function firstRecords({ pipeline, context }: PipelineParts, limit: number) {
  const found: SourceRecord<RecordData>[] = [];
  for await (const page of pipeline.source.read(undefined, context)) {
    found.push(...page.records.slice(0, limit - found.length));
    if (found.length >= limit) break;
  }
  return found;
}

/** As in a run: of several customers with one external id, the linked one gets it, else the first. */
async function rejectSameIds(
  { store, id }: CustomerPipeline,
  mapped: readonly PreviewedRecord[],
): Promise<readonly PreviewedRecord[]> {
  const externalIds = mapped.flatMap(({ result }) => (result.kind === 'payload' ? [result.payload.external_id] : []));
  const { linksByExternalId } = await store.load(id, { run: '', keys: [], externalIds, emails: [] });
  const owners = new Map([...linksByExternalId].map(([externalId, { key }]) => [externalId, key]));
  return mapped.map(({ record, result }): PreviewedRecord => {
    if (result.kind !== 'payload') return { record, result };
    const { external_id: externalId } = result.payload;
    const owner = owners.get(externalId) ?? record.key;
    owners.set(externalId, owner);
    return {
      record,
      result: owner === record.key ? result : { kind: 'reject', ...externalIdConflict(record.key, owner) },
    };
  });
}
