import type { Json } from '../../../core/domain/json.ts';
import type { HttpRequest } from '../../../core/http/types.ts';
import type { UserFieldRow, UserSettings } from './api-schemas.ts';
import * as shape from './api-schemas.ts';
import type { Calls } from './calls.ts';
import { everyPage } from './every-page.ts';
import { refusalOf } from './http.ts';

type DefineReply =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly details: string }
  | { readonly kind: 'forbidden' };
/** Who has a custom field. */
export type FieldOwner = 'user' | 'organization';
type Body = { readonly [field: string]: Json };

/** The endpoints that say what an account is like, and those that define its custom fields. */
export function createAccountApi({ call, get }: Pick<Calls, 'call' | 'get'>) {
  async function define(request: Pick<HttpRequest, 'method' | 'path' | 'body' | 'signal'>): Promise<DefineReply> {
    const response = await call({ ...request, idempotent: false, expect: [403, 422] });
    if (response.status === 403) return { kind: 'forbidden' };
    return response.status === 422 ? { kind: 'refused', ...refusalOf(response) } : { kind: 'done' };
  }

  return {
    me: async (signal: AbortSignal) => (await get(shape.me, '/users/me', {}, signal)).user,
    userFields: (signal: AbortSignal) =>
      listFields(async (query) => {
        const { user_fields: fields, meta } = await get(shape.userFields, '/user_fields', query, signal);
        return { fields, meta };
      }),
    organizationFields: (signal: AbortSignal) =>
      listFields(async (query) => {
        const path = '/organization_fields';
        const { organization_fields: fields, meta } = await get(shape.organizationFields, path, query, signal);
        return { fields, meta };
      }),
    createField: (owner: FieldOwner, field: Body, signal: AbortSignal) =>
      define({ method: 'POST', path: `/${owner}_fields`, body: { [`${owner}_field`]: field }, signal }),
    addFieldOption: (owner: FieldOwner, fieldId: number, option: Body, signal: AbortSignal) =>
      define({
        method: 'POST',
        path: `/${owner}_fields/${fieldId}/options`,
        body: { custom_field_option: option },
        signal,
      }),
    /** Undefined where they may not be read. */
    async accountSettings(signal: AbortSignal): Promise<UserSettings | undefined> {
      const path = '/account/settings';
      const response = await call({ method: 'GET', path, signal, idempotent: true, expect: [403, 404] });
      if (response.status >= 400) return undefined;
      const value = response.body.kind === 'json' ? response.body.value : undefined;
      return shape.parseResponse(shape.accountSettings, value, `GET ${path}`).settings.user ?? {};
    },
    locales: async (signal: AbortSignal): Promise<readonly string[]> =>
      (await get(shape.locales, '/locales', {}, signal)).locales.map(({ locale }) => locale),
    /** Asks with an empty list, which writes nothing. */
    async allowsBulk(signal: AbortSignal): Promise<boolean> {
      const path = '/users/create_many';
      const { status } = await call({
        method: 'POST',
        path,
        body: { users: [] },
        signal,
        idempotent: true,
        expect: [400, 403, 422],
      });
      return status !== 403;
    },
  };
}

interface FieldsPage {
  readonly fields: readonly UserFieldRow[];
  readonly meta?:
    | { readonly has_more?: boolean | null | undefined; readonly after_cursor?: string | null | undefined }
    | null
    | undefined;
}

/** All of them, a hundred a call. */
async function listFields(
  page: (query: { readonly 'page[size]': number; readonly 'page[after]': string | undefined }) => Promise<FieldsPage>,
): Promise<readonly UserFieldRow[]> {
  const found: UserFieldRow[] = [];
  const pages = everyPage({
    read: (after) => page({ 'page[size]': 100, 'page[after]': after }),
    nextOf: ({ meta }) => (meta?.has_more ? (meta.after_cursor ?? undefined) : undefined),
    keysOf: ({ fields }) => fields.map(({ key }) => key),
  });
  for await (const { fields } of pages) found.push(...fields);
  return found;
}
