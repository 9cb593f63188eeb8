import { stringify } from 'yaml';
import type { ZendeskUser } from '../../../connectors/zendesk/user.ts';
import { describeSchema } from '../../../core/config/schema-tools.ts';
import { defined } from '../../../core/defined.ts';
import { toJson } from '../../../core/domain/json.ts';
import type { MapResult } from '../../../core/domain/mapper.ts';
import { configuredRules, mappingSchema } from '../../../mappers/mapping.ts';
import { cachedAccountSchema } from '../../destination-facts.ts';
import type { OperationContext } from '../../operations/context.ts';
import { mappingJsonSchema, previewMapping } from '../../operations/review/preview-mapping.ts';
import { withState } from '../../with-state.ts';
import type { Answer } from '../api/index.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Handlers } from '../router/handlers.ts';

type MappingHandlers = Pick<Handlers, 'getMapping' | 'previewMapping'>;
type UserField = Answer<'getMapping'>['user'][number];

const defaultRecords = 5;

export function mappingHandlers({ pipelines }: ConsoleContext): MappingHandlers {
  return {
    async getMapping({ path }) {
      const context = await pipelines.context(path.pipeline);
      const { config, connector, custom } = context.settings;
      return {
        text: Object.keys(config.mapping).length === 0 ? '' : stringify(config.mapping),
        schema: toJson(mappingJsonSchema()),
        source: describeSchema(connector.record).map(({ path: at, type, title }) => ({
          path: at,
          type,
          ...defined({ title }),
        })),
        user: await userFields(context),
        isCode: custom !== undefined,
      };
    },
    async previewMapping({ path, body, request }) {
      const context = await pipelines.context(path.pipeline, { signal: request.signal });
      const { mapping, records, keys, limit = defaultRecords } = body;
      const found = await previewMapping(context, mapping, { records, keys, limit });
      return {
        records: found.records.map(({ record, result }) => ({
          key: record.key,
          source: toJson(record.data),
          result: mapResult(result),
        })),
        problems: found.problems.map((problem) => ({ ...problem })),
        warnings: found.warnings.map((warning) => ({ ...warning })),
      };
    },
  };
}

function mapResult(result: MapResult<ZendeskUser>): Answer<'previewMapping'>['records'][number]['result'] {
  if (result.kind !== 'payload') return result;
  const { omitted, unchecked } = result;
  return {
    kind: 'payload',
    payload: toJson(result.payload),
    ...(omitted && { omitted: [...omitted] }),
    ...(unchecked && { unchecked: [...unchecked] }),
  };
}

/** Fields of a user that a mapping may set: Zendesk's own, and the custom ones that were fetched last. */
async function userFields({ settings, host, clock }: OperationContext): Promise<UserField[]> {
  const facts = await withState(settings, { ...host, clock }, cachedAccountSchema);
  const rules = new Map(
    [...configuredRules(settings.mapping)].map(
      ({ target, configPath, config }): [string, Pick<UserField, 'rule' | 'place'>] => [
        target,
        {
          rule: stringify(config, { collectionStyle: 'flow', lineWidth: 0 }).trim(),
          ...defined({ place: settings.placeOf(configPath) }),
        },
      ],
    ),
  );
  const own = ownFields.map((target): UserField => ({ target, type: 'standard', ...rules.get(target) }));
  const custom = (facts?.fields ?? []).map(({ key, type, title }): UserField => {
    const target = `user_fields.${key}`;
    return { target, type, ...defined({ title }), ...rules.get(target) };
  });
  return [...own, ...custom];
}

/** Keys of a mapping that are no field of their own. */
const otherKeys: ReadonlySet<string> = new Set(['user_fields', 'skip_verify_email', 'verified']);
const ownFields = Object.keys(mappingSchema.shape).filter((key) => !otherKeys.has(key));
