import { stringify } from 'yaml';
import { equalsRemote, flatten } from '../../../connectors/zendesk/fields/fields.ts';
import type { ZendeskUser } from '../../../connectors/zendesk/user.ts';
import { defined } from '../../../core/defined.ts';
import { type Fields, type Json, toJson } from '../../../core/domain/json.ts';
import type { MapResult } from '../../../core/domain/mapper.ts';
import type { SourceRecord } from '../../../core/domain/record.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import { getPath } from '../../../core/records/get-path.ts';
import { compileMapping, configuredRules, type RecordData } from '../../../mappers/mapping.ts';
import { builtIns } from '../../../mappers/registry.ts';
import type { PipelineParts } from '../../pipeline/pipeline-parts.ts';
import { type OperationContext, withParts } from '../context.ts';

/** One field of a user with where it comes from. Contains customer data. */
export interface ComparedField {
  readonly target: string;
  /** As it is written; undefined for a field that no rule sets. */
  readonly rule: string | undefined;
  readonly place?: string;
  readonly reads: readonly { readonly path: string; readonly value: Json }[];
  /** What the mapping makes of the record, what was sent last, and what the user has; null: nothing. */
  readonly mapped: Json;
  readonly sent: Json;
  readonly user: Json;
  readonly state: 'same' | 'differs' | 'not-written';
}

/** A customer's record next to its user, both read now. Contains customer data. */
export interface CustomerComparison {
  readonly key: string;
  readonly record: SourceRecord<RecordData> | undefined;
  /** Whether the source could be asked for just this record. */
  readonly canReadOne: boolean;
  readonly user: DirectoryUser | undefined;
  readonly result: MapResult<ZendeskUser> | undefined;
  readonly fields: readonly ComparedField[];
}

export async function compareCustomer(context: OperationContext, key: string): Promise<CustomerComparison> {
  return await withParts(context, { write: false, online: true, allowInvalidMapping: true }, async (parts) => {
    const { pipeline, context: call, mapper } = parts;
    const { store, id, source, sink } = pipeline;
    const { links } = await store.load(id, { run: '', keys: [key], externalIds: [], emails: [] });
    const link = links.get(key);
    const record = await readOne(parts, key);
    const user = link && (await sink.find(link.destinationId, call));
    const result = record && mapper.map(record);
    const mapped = result?.kind === 'payload' ? flatten(result.payload) : {};
    const shown = shownBy(user);
    const expected = result?.kind === 'payload' ? result.payload : undefined;
    const subject = expected && user && { expected, link, user: { ...user, fields: shown } };
    // As an audit compares: Zendesk shows some values in a form of its own.
    const compared = subject && (await sink.audit?.compareUser(subject, call));
    return {
      key,
      record,
      canReadOne: source.readKeys !== undefined,
      user,
      result,
      fields: compareFields(parts, {
        ...{ record, mapped, sent: link?.sent ?? {}, shown },
        stateOf(target, should) {
          if (!user) return 'not-written';
          const isSame = compared ? !(target in compared.differences) : equalsRemote(target, should, shown[target]);
          return isSame ? 'same' : 'differs';
        },
      }),
    };
  });
}

async function readOne(
  { pipeline, context }: PipelineParts,
  key: string,
): Promise<SourceRecord<RecordData> | undefined> {
  for await (const page of pipeline.source.readKeys?.([key], context) ?? [])
    for (const record of page.records) if (record.key === key) return record;
  return undefined;
}

function compareFields(
  parts: PipelineParts,
  {
    record,
    mapped,
    sent,
    shown,
    stateOf,
  }: {
    readonly record: SourceRecord<RecordData> | undefined;
    readonly mapped: Fields;
    readonly sent: Fields;
    readonly shown: Partial<Fields>;
    stateOf(target: string, should: Json): ComparedField['state'];
  },
): readonly ComparedField[] {
  const rules = rulesOf(parts);
  const targets = new Set([...Object.keys(mapped), ...Object.keys(sent)]);
  return [...targets].sort().map((target) => {
    const { rule, place, paths } = rules(target);
    return {
      target,
      rule,
      reads: paths.map((path) => ({ path, value: toJson(getPath(record?.data, path)) })),
      mapped: mapped[target] ?? null,
      sent: sent[target] ?? null,
      user: shown[target] ?? null,
      state: stateOf(target, mapped[target] ?? sent[target] ?? null),
      ...defined({ place }),
    };
  });
}

function shownBy(user: DirectoryUser | undefined): Fields {
  if (!user) return {};
  return { ...user.fields, ...defined({ external_id: user.externalId, email: user.email }) };
}

/** The rules that fill a field, put together where several do. */
function rulesOf({ settings }: PipelineParts) {
  const { mapping, config, connector, placeOf } = settings;
  const written = [...configuredRules(mapping)];
  const compiled = compileMapping(mapping);
  const builtIn = builtIns.get(connector.name)?.(config.source);
  return (target: string): { rule: string | undefined; place: string | undefined; paths: readonly string[] } => {
    const own = written.filter((rule) => rule.target === target);
    const [first] = own;
    // Where nobody says otherwise, it is made of connector, account and key.
    if (!first && target === 'external_id') return { rule: 'built in', place: undefined, paths: [] };
    if (!first) {
      const isBuiltIn = builtIn?.fields.some(
        (field) => field === target || (field.endsWith('.*') && target.startsWith(field.slice(0, -1))),
      );
      const paths = builtIn?.reads?.[target] ?? [];
      return { rule: isBuiltIn ? `built in (${connector.title})` : undefined, place: undefined, paths };
    }
    const rule = own
      .map(({ config: one }) => stringify(one, { collectionStyle: 'flow', lineWidth: 0 }).trim())
      .join(', ');
    const paths = compiled.filter((one) => one.target === target).flatMap((one) => one.rule.paths);
    return { rule, place: placeOf(first.configPath), paths: [...new Set(paths.map((path) => path.join('.')))] };
  };
}
