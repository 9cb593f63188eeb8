import type { FieldFeed } from '../../../app/operations/fields.ts';
import { listed } from '../../../connectors/zendesk/fields/coerce-option.ts';
import type { CustomField } from '../../../core/domain/field-schema.ts';
import type { FieldChange } from '../../../core/domain/sink.ts';
import type { StreamDescription } from '../../../core/domain/source.ts';
import type { CommandContext } from '../../command.ts';
import { confirm } from '../../confirm.ts';
import { cut, wrapped } from '../../format/text-layout.ts';
import { table } from '../../terminal.ts';

const columns = 80;

/** Zendesk's custom fields with types and options next to the rules that feed them, what is missing, and the source's fields. */
export async function fields(cli: CommandContext): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const { sourceTitle, ...report } = await pipeline.fields();
    const { zendesk, organizationFields, missing, toApply, conflicts, source } = report;
    cli.printJson(report);
    showFields(cli, zendesk);
    if (organizationFields.length > 0) showFields(cli, organizationFields, 'Zendesk organization fields');
    if (missing.length > 0) {
      cli.print(cli.style.bad('\nMapped, but not in Zendesk'));
      for (const { key, ...feed } of missing) cli.print(`  ${cut(`${key}  ${feedText(feed)}`, columns - 2)}`);
    }
    if (toApply.length > 0) {
      cli.print(cli.style.bold('\nDeclared, but not in Zendesk (rolodesk fields apply makes them)'));
      for (const change of toApply) cli.print(`  ${cut(describe(change), columns - 2)}`);
    }
    for (const { path, message } of conflicts) cli.print(cli.style.warn(`  ! ${path.join('.')}: ${message}`));
    showStreams(cli, sourceTitle, source);
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
  return await cli.withPipeline(async (pipeline) => {
    const result = await pipeline.applyFields({
      fromSource,
      approve,
      onApplied: (change) =>
        cli.print(`${cli.style.good('✔')} ${change.kind === 'create' ? change.field.key : change.key}`),
    });
    cli.printJson({ changes: result.changes, applied: result.isApplied });
    if (result.isApplied) return 0;
    if (result.changes.length > 0) {
      cli.print('Nothing was written.');
      return 1;
    }
    cli.print(
      `Zendesk has all the fields and options that ${fromSource ? "the source's account has" : 'are declared'}. Nothing to do.`,
    );
    return 0;
  });

  async function approve(changes: readonly FieldChange[]): Promise<boolean> {
    for (const change of changes) cli.print(describe(change));
    return (await confirm(cli, 'Make these in Zendesk?', { yes })) === 'yes';
  }
}

function feedText({ rule, place }: FieldFeed): string {
  return place === undefined ? rule : `${place}  ${rule}`;
}

function showFields(
  { print, style }: CommandContext,
  known: readonly (CustomField & Partial<FieldFeed>)[],
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
  sourceTitle: string,
  streams: readonly StreamDescription[],
): void {
  for (const { name, fields: found } of streams) {
    print(style.bold(`\n${sourceTitle}: ${name}`));
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
