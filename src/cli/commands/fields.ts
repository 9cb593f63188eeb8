import { stringify } from 'yaml';
import type { OpenPipeline } from '../../app/compose.ts';
import { fetchDestinationSchema } from '../../app/destination-facts.ts';
import { listed } from '../../connectors/zendesk/fields/coerce-option.ts';
import { declaredFields } from '../../connectors/zendesk/fields/declared.ts';
import { anyField, customPrefix } from '../../connectors/zendesk/fields/definitions.ts';
import { type FieldsPlan, planFields } from '../../connectors/zendesk/fields/plan-fields.ts';
import { AuthError } from '../../core/domain/errors.ts';
import type { CustomField, NewField } from '../../core/domain/field-schema.ts';
import type { FieldChange } from '../../core/domain/sink.ts';
import type { FieldDescription, StreamDescription } from '../../core/domain/source.ts';
import { configuredRules } from '../../mappers/mapping.ts';
import { builtIns } from '../../mappers/registry.ts';
import type { RuleConfig } from '../../mappers/rule-config.ts';
import type { CommandContext } from '../command.ts';
import { confirm } from '../confirm.ts';
import { table } from '../terminal.ts';
import { cut, wrapped } from '../text-layout.ts';
import { fieldsOfSource } from './fields-of-source.ts';

const columns = 80;

/** What feeds a field: the rule as it is written, and where. */
interface Feed {
  readonly rule: string;
  readonly place?: string;
}

/** Zendesk's custom fields with types and options next to the rules that feed them, what is missing, and the source's fields. */
export async function fields(cli: CommandContext): Promise<number> {
  return await cli.withPipeline({ write: false, online: true, allowInvalidMapping: true }, async (opened) => {
    const known = assertFields(opened);
    const plan = planOf(opened, known);
    const streams = (await opened.pipeline.source.discover?.(opened.context)) ?? [];
    const feeds = feedsOf(opened, streams);
    const missing = [...feeds].flatMap(([target, feed]) => {
      const key = target.startsWith(customPrefix) ? target.slice(customPrefix.length) : undefined;
      return key === undefined || known.some((field) => field.key === key) ? [] : [{ key, ...feed }];
    });
    const zendesk = known.map((field) => ({ ...field, ...feeds.get(customPrefix + field.key) }));
    const organizationFields = opened.facts?.organizationFields ?? [];
    const shown = { zendesk, organizationFields, missing };
    cli.printJson({ ...shown, toApply: plan.changes, conflicts: plan.conflicts, source: streams });
    showFields(cli, zendesk);
    if (organizationFields.length > 0) showFields(cli, organizationFields, 'Zendesk organization fields');
    if (missing.length > 0) {
      cli.print(cli.style.bad('\nMapped, but not in Zendesk'));
      for (const { key, ...feed } of missing) cli.print(`  ${cut(`${key}  ${feedText(feed)}`, columns - 2)}`);
    }
    if (plan.changes.length > 0) {
      cli.print(cli.style.bold('\nDeclared, but not in Zendesk (rolodesk fields apply makes them)'));
      for (const change of plan.changes) cli.print(`  ${cut(describe(change), columns - 2)}`);
    }
    for (const { path, message } of plan.conflicts) cli.print(cli.style.warn(`  ! ${path.join('.')}: ${message}`));
    showStreams(cli, opened, streams);
    return 0;
  });
}

/**
 * Makes the declared fields and options that Zendesk lacks, after showing them, and on request those of the source's
 * account. Never takes anything away.
 */
export async function applyFields(
  cli: CommandContext,
  { yes, fromSource = false }: { readonly yes: boolean; readonly fromSource?: boolean },
): Promise<number> {
  return await cli.withPipeline({ write: true, online: true, allowInvalidMapping: true }, async (opened) => {
    const { settings, pipeline, context } = opened;
    const also = fromSource ? await fieldsOfSource(opened) : [];
    const { changes, conflicts } = planOf(opened, assertFields(opened), also);
    settings.refuse(conflicts);
    for (const change of changes) cli.print(describe(change));
    if (changes.length === 0) {
      cli.printJson({ changes, applied: false });
      cli.print(
        `Zendesk has all the fields and options that ${fromSource ? "the source's account has" : 'are declared'}. Nothing to do.`,
      );
      return 0;
    }
    if (!(await confirm(cli, 'Make these in Zendesk?', { yes }))) {
      cli.printJson({ changes, applied: false });
      cli.print('Nothing was written.');
      return 1;
    }
    for (const change of changes) {
      await pipeline.sink.changeField(change, context);
      cli.print(`${cli.style.good('✔')} ${change.kind === 'create' ? change.field.key : change.key}`);
    }
    await fetchDestinationSchema({ ...pipeline, context });
    cli.printJson({ changes, applied: true });
    return 0;
  });
}

function assertFields({ facts }: OpenPipeline): readonly CustomField[] {
  if (facts) return facts.fields;
  throw new AuthError('The Zendesk user or token may not read the custom fields (403).', {
    code: 'fields-forbidden',
    hint: 'Use credentials of an agent or admin, with the scope read.',
  });
}

/** `also`: what is declared elsewhere. The configuration has the last word. */
function planOf(
  { settings, facts }: OpenPipeline,
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

/** The field that holds our ids, where the configuration names one and does not declare it. */
function identityFieldOf({ identity, fields: declared }: OpenPipeline['settings']['config']): readonly NewField[] {
  if (!identity || identity.field in declared) return [];
  return [{ key: identity.field, type: 'text', isActive: true, title: 'Rolodesk id' }];
}

function feedsOf(
  { settings: { mapping, config, connector, placeOf } }: OpenPipeline,
  streams: readonly StreamDescription[],
): ReadonlyMap<string, Feed> {
  const builtIn = builtIns.get(connector.name)?.(config.source);
  const feeds = new Map<string, Feed>();
  const custom = streams.flatMap(({ fields: found }) => found.filter(isCarried).map(({ path }) => path));
  // Where it sets whatever a record has, those are the fields that the source has.
  for (const target of (builtIn?.fields ?? []).flatMap((name) => (name === customPrefix + anyField ? custom : [name])))
    feeds.set(target, { rule: `built in (${connector.title})` });
  for (const { target, configPath, config: rule } of configuredRules(mapping)) {
    const place = placeOf(configPath);
    feeds.set(target, { rule: ruleText(rule), ...(place !== undefined && { place }) });
  }
  return feeds;
}

/** A lookup's values are ids of the source's account. */
function isCarried({ path, type }: FieldDescription): boolean {
  return path.startsWith(customPrefix) && type !== 'lookup';
}

function ruleText(rule: RuleConfig): string {
  return stringify(rule, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}

function feedText({ rule, place }: Feed): string {
  return place === undefined ? rule : `${place}  ${rule}`;
}

function showFields(
  { print, style }: CommandContext,
  known: readonly (CustomField & Partial<Feed>)[],
  title = 'Zendesk user fields',
): void {
  print(style.bold(title));
  if (known.length === 0) print('  none');
  const names = table(known.map(({ key, type }) => [`  ${key}`, type])).split('\n');
  const width = Math.max(0, ...names.map((name) => name.length)) + 2;
  known.forEach(({ options, isActive, rule, place, regexp }, index) => {
    print(`${(names[index] ?? '').padEnd(width)}${rule === undefined ? '-' : (place ?? '')}`);
    const more = [
      ...(rule === undefined ? [] : [`← ${rule}`]),
      ...(isActive ? [] : ['not active']),
      ...(options ? [listed(options)] : []),
      ...(regexp === undefined ? [] : [`pattern ${regexp}`]),
    ];
    for (const line of more.flatMap((text) => wrapped(text, columns - 4))) print(style.dim(`    ${line}`));
  });
}

function showStreams(
  { print, style }: CommandContext,
  { settings }: OpenPipeline,
  streams: readonly StreamDescription[],
): void {
  for (const { name, fields: found } of streams) {
    print(style.bold(`\n${settings.connector.title}: ${name}`));
    print(
      table(
        found.map(({ path, type, title, options }) => [
          `  ${path}`,
          type,
          cut(title ?? '', 30),
          cut(options?.join(', ') ?? '', 30),
        ]),
      )
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n'),
    );
  }
}

function describe(change: FieldChange): string {
  const of = change.of === undefined ? '' : `${change.of} `;
  if (change.kind === 'add-options') return `+ options of ${of}${change.key}: ${listed(change.options)}`;
  const { key, type, title, options } = change.field;
  return `+ ${of}field ${key} (${type}) "${title}"${options ? `: ${listed(options)}` : ''}`;
}
