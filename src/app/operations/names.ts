import { defined } from '../../core/defined.ts';
import type { Json } from '../../core/domain/json.ts';
import type { SourceRecord } from '../../core/domain/record.ts';
import type { Result } from '../../core/domain/result.ts';
import type { RecordData } from '../../mappers/mapping.ts';
import type { PipelineParts } from '../pipeline/pipeline-parts.ts';

const chunk = 1000;

/** A result with what else is known of its customer. Contains customer data. */
export type NamedResult = Result & {
  /** What the customer is called, as far as it is stored. */
  readonly name?: string;
  /** The Zendesk user that its reject is about. */
  readonly blockedByUserId?: string;
};

/**
 * Names customers from what the state has of them anyway, so that `forget` erases all of it: the result itself, what was
 * last sent, and the record of a reject or of a pending skip.
 */
export async function withNames(
  results: readonly Result[],
  parts: Pick<PipelineParts, 'pipeline' | 'mapper'>,
): Promise<readonly NamedResult[]> {
  const named: NamedResult[] = [];
  for (let start = 0; start < results.length; start += chunk)
    named.push(...(await nameChunk(results.slice(start, start + chunk), parts)));
  return named;
}

async function nameChunk(
  results: readonly Result[],
  { pipeline: { store, id }, mapper }: Pick<PipelineParts, 'pipeline' | 'mapper'>,
): Promise<readonly NamedResult[]> {
  const keys = results.map(({ key }) => key);
  const { links, deadLetters } = await store.load(id, { run: '', keys, externalIds: [], emails: [] });
  const pending = new Map((await store.pending(id, { keys, limit: chunk })).map((row) => [row.key, row]));
  return results.map((result) => {
    const { key, outcome, changes } = result;
    const letter = deadLetters.get(key);
    const record = letter?.record ?? pending.get(key)?.record;
    const name =
      nameIn(changes) ??
      textOf(links.get(key)?.sent.name) ??
      (record && hasData(record) ? textOf(mapper.nameOf(record)) : undefined);
    return {
      ...result,
      ...defined({ name, blockedByUserId: outcome === 'rejected' ? letter?.blockedByUserId : undefined }),
    };
  });
}

function nameIn(changes: Result['changes']): string | undefined {
  return textOf(changes?.name?.[1]) ?? textOf(changes?.name?.[0]);
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** False for a customer that the source no longer has: nothing but its key is known. */
export function hasData(record: SourceRecord): record is SourceRecord<RecordData> {
  return typeof record.data === 'object' && record.data !== null;
}
