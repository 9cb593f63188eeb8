import { stringify } from 'yaml';
import { declaredFields } from '../../connectors/zendesk/fields/declared.ts';
import { anyField, customPrefix } from '../../connectors/zendesk/fields/definitions.ts';
import { type FieldsPlan, planFields } from '../../connectors/zendesk/fields/plan-fields.ts';
import { assertCan } from '../../core/complete-sink.ts';
import type { Problem } from '../../core/config/config-file.ts';
import { defined } from '../../core/defined.ts';
import { AuthError } from '../../core/domain/errors.ts';
import type { CustomField, NewField } from '../../core/domain/field-schema.ts';
import type { FieldChange } from '../../core/domain/sink.ts';
import type { FieldDescription, StreamDescription } from '../../core/domain/source.ts';
import { configuredRules } from '../../mappers/mapping.ts';
import { builtIns } from '../../mappers/registry.ts';
import type { RuleConfig } from '../../mappers/rule-config.ts';
import { fetchDestinationSchema } from '../destination-facts.ts';
import type { PipelineParts } from '../pipeline/pipeline-parts.ts';
import { type OperationContext, withParts } from './context.ts';
import { sourceFieldsOf } from './source-fields.ts';

/** The rule that fills a field, as it is written, and its location. */
export interface FieldFeed {
  readonly rule: string;
  /** File and line. Absent where the rule is built in. */
  readonly place?: string;
}

export interface FieldsReport {
  /** Custom fields of Zendesk's users, each with what feeds it. */
  readonly zendesk: readonly (CustomField & Partial<FieldFeed>)[];
  readonly organizationFields: readonly CustomField[];
  /** Mapped, but not in Zendesk. */
  readonly missing: readonly ({ readonly key: string } & FieldFeed)[];
  /** Declared, but not in Zendesk. */
  readonly toApply: readonly FieldChange[];
  /** Declared in another way than Zendesk has it. */
  readonly conflicts: readonly Problem[];
  readonly sourceTitle: string;
  readonly source: readonly StreamDescription[];
}

export interface ApplyFieldsOptions {
  /** Make the fields of the source's account too, where it is a Zendesk. */
  readonly fromSource?: boolean;
  /** Called with what would be made, if that is anything. Nothing is made unless it resolves to true. Absent: nobody is asked. */
  readonly approve?: (changes: readonly FieldChange[]) => Promise<boolean>;
  /** Called when one of them has been made. */
  readonly onApplied?: (change: FieldChange) => void;
}

export interface ApplyFieldsResult {
  readonly changes: readonly FieldChange[];
  /** False where there was nothing to do, or the changes were declined. */
  readonly isApplied: boolean;
}

/**
 * Lists Zendesk's custom fields with the rules that fill them, the declared fields that Zendesk lacks, and the source's
 * fields.
 */
export async function fields(context: OperationContext): Promise<FieldsReport> {
  return await withParts(context, { write: false, online: true, allowInvalidMapping: true }, async (parts) => {
    const known = assertFields(parts);
    const plan = planOf(parts, known);
    const source = (await parts.pipeline.source.discover?.(parts.context)) ?? [];
    const feeds = feedsOf(parts, source);
    const missing = [...feeds].flatMap(([target, feed]) => {
      const key = target.startsWith(customPrefix) ? target.slice(customPrefix.length) : undefined;
      return key === undefined || known.some((field) => field.key === key) ? [] : [{ key, ...feed }];
    });
    return {
      zendesk: known.map((field) => ({ ...field, ...feeds.get(customPrefix + field.key) })),
      organizationFields: parts.facts?.organizationFields ?? [],
      missing,
      toApply: plan.changes,
      conflicts: plan.conflicts,
      sourceTitle: parts.settings.connector.title,
      source,
    };
  });
}

/** Creates the declared fields and options that Zendesk lacks. Removes nothing. */
export async function applyFields(
  context: OperationContext,
  { fromSource = false, approve, onApplied }: ApplyFieldsOptions = {},
): Promise<ApplyFieldsResult> {
  return await withParts(context, { write: true, online: true, allowInvalidMapping: true }, async (parts) => {
    const { settings, pipeline, context: call } = parts;
    assertCan(pipeline.sink, 'fields');
    const also = fromSource ? await sourceFieldsOf(parts) : [];
    const { changes, conflicts } = planOf(parts, assertFields(parts), also);
    settings.refuse(conflicts);
    if (changes.length === 0) return { changes, isApplied: false };
    if (approve && !(await approve(changes))) return { changes, isApplied: false };
    for (const change of changes) {
      await pipeline.sink.changeField(change, call);
      onApplied?.(change);
    }
    await fetchDestinationSchema({ ...pipeline, context: call });
    return { changes, isApplied: true };
  });
}

function assertFields({ facts }: PipelineParts): readonly CustomField[] {
  if (facts) return facts.fields;
  throw new AuthError('The Zendesk user or token may not read the custom fields (403).', {
    code: 'fields-forbidden',
    hint: 'Use credentials of an agent or admin, with the scope read.',
  });
}

/** `also`: fields that are declared elsewhere. The configuration takes precedence. */
function planOf(
  { settings, facts }: PipelineParts,
  known: readonly CustomField[],
  also: readonly NewField[] = [],
): FieldsPlan {
  const declared = [...declaredFields(settings.config.fields), ...identityFieldOf(settings.config)];
  const others = also.filter(({ key }) => !declared.some((field) => field.key === key));
  const ofUsers = planFields([...declared, ...others], known);
  const ofOrganizations = planFields(
    declaredFields(settings.config.organizationFields),
    facts?.organizationFields ?? [],
    'organization',
  );
  return {
    changes: [...ofUsers.changes, ...ofOrganizations.changes],
    conflicts: [...ofUsers.conflicts, ...ofOrganizations.conflicts],
  };
}

/** The field that holds our ids, if the configuration names one without declaring it. */
function identityFieldOf({ identity, fields: declared }: PipelineParts['settings']['config']): readonly NewField[] {
  if (!identity || identity.field in declared) return [];
  return [{ key: identity.field, type: 'text', isActive: true, title: 'Rolodesk id' }];
}

function feedsOf(
  { settings: { mapping, config, connector, placeOf } }: PipelineParts,
  streams: readonly StreamDescription[],
): ReadonlyMap<string, FieldFeed> {
  const builtIn = builtIns.get(connector.name)?.(config.source);
  const feeds = new Map<string, FieldFeed>();
  const custom = streams.flatMap(({ fields: found }) => found.filter(isCarried).map(({ path }) => path));
  // Where it sets whatever a record has, those are the fields that the source has.
  for (const target of (builtIn?.fields ?? []).flatMap((name) => (name === customPrefix + anyField ? custom : [name])))
    feeds.set(target, { rule: `built in (${connector.title})` });
  for (const { target, configPath, config: rule } of configuredRules(mapping)) {
    const place = placeOf(configPath);
    feeds.set(target, { rule: ruleText(rule), ...defined({ place }) });
  }
  return feeds;
}

/** The values of a lookup field are ids of the source's account. */
function isCarried({ path, type }: FieldDescription): boolean {
  return path.startsWith(customPrefix) && type !== 'lookup';
}

function ruleText(rule: RuleConfig): string {
  return stringify(rule, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}
