import { stringify } from 'yaml';
import { describeSchema } from '../../../core/config/schema-tools.ts';
import { defined } from '../../../core/defined.ts';
import { configuredRules } from '../../../mappers/mapping.ts';
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
        schema: jsonOf(mappingJsonSchema()),
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
          source: jsonOf(record.data),
          result: jsonOf(result),
        })),
        problems: found.problems.map((problem) => ({ ...problem })),
        warnings: found.warnings.map((warning) => ({ ...warning })),
      };
    },
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

const ownFields = [
  'name',
  'email',
  'emails',
  'phone',
  'phones',
  'alias',
  'details',
  'notes',
  'time_zone',
  'locale',
  'remote_photo_url',
  'organization_id',
  'suspended',
  'external_id',
  'tags',
] as const;

/** What is printed as JSON, in JSON. */
function jsonOf(value: unknown): ReturnType<typeof JSON.parse> {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
