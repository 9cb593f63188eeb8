import type { TwinResponse } from '../../server/twin.ts';
import { pageable, paged } from '../api/paging.ts';
import { objectOf, type Row } from '../api/requests.ts';
import { invalid, notFound } from '../api/responses.ts';
import { adminOnly, type Handler, type RoutedCall, type Routes } from '../api/router.ts';
import { type CustomField, hasOptions } from './field.ts';
import type { FieldDefinitions } from './field-definitions.ts';

/** The definitions of custom fields. Admins alone may change them. */
export function fieldRoutes({
  owner,
  definitions,
  origin,
}: {
  readonly owner: 'user' | 'organization';
  readonly definitions: FieldDefinitions;
  readonly origin: () => string;
}): Routes {
  const one = `${owner}_field`;
  const many = `${owner}_fields`;

  const ofField = (handler: (field: CustomField, call: RoutedCall) => TwinResponse): Handler =>
    adminOnly((call) => {
      const field = [...definitions.byKey.values()].find(({ id }) => id === Number(call.params.id));
      return field ? handler(field, call) : notFound;
    });

  function addOption(field: CustomField, option: Row): TwinResponse {
    if (!hasOptions(field.type)) return notFound;
    const before = field.custom_field_options ?? [];
    const problem = definitions.change(field, { custom_field_options: [...before, option] });
    if (problem) return invalid(problem);
    return { status: 201, body: { custom_field_option: field.custom_field_options?.at(-1) } };
  }

  return {
    [`GET /${many}`]: ({ request }) => {
      const list = pageable([...definitions.byKey.values()]);
      return paged(request, { name: many, list, show: (field) => field, origin: origin() });
    },
    [`POST /${many}`]: adminOnly(({ request }) => {
      const body = objectOf(request, one);
      const problem = definitions.validateDefinition(body);
      return problem ? invalid(problem) : { status: 201, body: { [one]: definitions.define(body) } };
    }),
    [`PUT /${many}/{id}`]: ofField((field, { request }) => {
      const problem = definitions.change(field, objectOf(request, one));
      return problem ? invalid(problem) : { status: 200, body: { [one]: field } };
    }),
    [`POST /${many}/{id}/options`]: ofField((field, { request }) =>
      addOption(field, objectOf(request, 'custom_field_option')),
    ),
  };
}
