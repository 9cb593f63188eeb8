import { stringify } from 'yaml';
import type { OpenPipeline } from '../../app/compose.ts';
import { AuthError, ConfigError } from '../../core/domain/errors.ts';
import type { NewField } from '../../core/domain/field-schema.ts';
import type { Json } from '../../core/domain/json.ts';
import type { CommandContext } from '../command.ts';

/** Prints the custom fields of a source that is a Zendesk account, as a `fields:` block declares them. */
export async function declareFields(cli: CommandContext): Promise<number> {
  return await cli.withPipeline({ write: false, online: 'source' }, async (opened) => {
    const fields = declarationsOf(await fieldsOfSource(opened));
    cli.printJson({ fields });
    cli.print(stringify({ fields }, { lineWidth: 0 }).trimEnd());
    return 0;
  });
}

/**
 * Custom fields of the source as the destination can have them. Without those that are not active, and without lookup
 * fields: their values are ids of the other account.
 */
export async function fieldsOfSource({
  pipeline: { source },
  settings,
  context,
}: OpenPipeline): Promise<readonly NewField[]> {
  if (!source.customFields)
    throw new ConfigError(`The connector ${settings.connector.name} has no custom fields that Zendesk could have.`, {
      code: 'usage',
      hint: 'Leave out --from-source, and declare fields under fields:.',
    });
  const found = await source.customFields(context);
  if (!found)
    throw new AuthError("The source's Zendesk user or token may not read the custom fields (403).", {
      code: 'fields-forbidden',
      hint: 'Use credentials of an agent or admin in source.auth, with the scope read.',
    });
  return found
    .filter(({ key, isActive, type }) => isActive && type !== 'lookup' && /^(?!\d+$)\w+$/.test(key))
    .map((field) => ({ ...field, title: field.title ?? field.key }));
}

function declarationsOf(fields: readonly NewField[]): { readonly [key: string]: Json } {
  return Object.fromEntries(
    fields.map(({ key, type, title, options, regexp, tag }) => [
      key,
      {
        type,
        title,
        ...(options && { options: Object.fromEntries(options.map(({ value, label }) => [value, label])) }),
        ...(regexp !== undefined && { regexp }),
        ...(tag !== undefined && { tag }),
      },
    ]),
  );
}
