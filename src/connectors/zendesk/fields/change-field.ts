import { defined } from '../../../core/defined.ts';
import { AuthError, ConfigError } from '../../../core/domain/errors.ts';
import type { NewField } from '../../../core/domain/field-schema.ts';
import type { FieldChange } from '../../../core/domain/sink.ts';
import type { ZendeskApi } from '../api/api.ts';

/**
 * Makes one change to the account's custom fields. Options are added one by one: a list that replaces the old one would
 * take away what somebody else has added meanwhile.
 */
export async function changeField(api: ZendeskApi, change: FieldChange, signal: AbortSignal): Promise<void> {
  const owner = change.of ?? 'user';
  const listed = owner === 'user' ? api.userFields : api.organizationFields;
  switch (change.kind) {
    case 'create':
      return assertDone(await api.createField(owner, bodyOf(change.field), signal), change.field.key);
    case 'add-options': {
      const field = (await listed(signal)).find(({ key }) => key === change.key);
      if (typeof field?.id !== 'number') throw refusal(change.key, 'the field is gone');
      for (const { value, label } of change.options)
        assertDone(await api.addFieldOption(owner, field.id, { name: label, value }, signal), change.key);
      return undefined;
    }
    default:
      return change satisfies never;
  }
}

function bodyOf({ key, type, title, description, options, regexp, tag, target }: NewField) {
  return {
    key,
    type,
    title,
    ...defined({ description }),
    ...(options && { custom_field_options: options.map(({ value, label }) => ({ name: label, value })) }),
    ...defined({ regexp_for_validation: regexp, tag, relationship_target_type: target }),
  };
}

function assertDone(reply: Awaited<ReturnType<ZendeskApi['createField']>>, key: string): void {
  if (reply.kind === 'done') return;
  if (reply.kind === 'forbidden')
    throw new AuthError('Zendesk lets only admins change custom fields (403).', {
      code: 'fields-forbidden',
      hint: 'Use credentials of an admin, or have an admin make the fields.',
      remedy: { kind: 'list-fields' },
    });
  throw refusal(key, reply.details);
}

function refusal(key: string, details: string): ConfigError {
  return new ConfigError(`Zendesk refused the field ${key}: ${details}`, {
    code: 'field-refused',
    hint: 'What is done already stays. Correct its declaration, and have the fields made again.',
    remedy: { kind: 'apply-fields' },
  });
}
