import { AuthError, ConfigError } from '../../core/domain/errors.ts';
import type { NewField } from '../../core/domain/field-schema.ts';
import type { PipelineParts } from '../pipeline/pipeline-parts.ts';
import { type OperationContext, withParts } from './context.ts';

/**
 * The custom fields of a Zendesk source, as declarations for the destination: without inactive fields, and without
 * lookup fields, whose values are ids of the other account. Throws ConfigError for any other source.
 */
export async function sourceFields(context: OperationContext): Promise<readonly NewField[]> {
  return await withParts(context, { write: false, online: 'source' }, sourceFieldsOf);
}

export async function sourceFieldsOf({
  pipeline: { source },
  settings,
  context,
}: PipelineParts): Promise<readonly NewField[]> {
  if (!source.customFields)
    throw new ConfigError(`The connector ${settings.connector.name} has no custom fields that Zendesk could have.`, {
      code: 'usage',
      hint: 'Declare fields under fields:.',
      remedy: { kind: 'declare-fields' },
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
