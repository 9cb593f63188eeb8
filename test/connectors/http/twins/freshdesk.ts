import { serve } from './serve.ts';

export interface FreshdeskContact {
  readonly id: number;
  readonly name: string;
  readonly email: string | null;
  readonly phone?: string | null;
  readonly mobile?: string | null;
  readonly address?: string | null;
  readonly time_zone?: string;
  readonly language?: string;
  readonly other_emails?: readonly string[];
  readonly tags?: readonly string[];
  readonly updated_at: string;
}

/** Contacts of developers.freshdesk.com: a bare list, `per_page` up to 100 (30 when it is absent), an empty page after the last. */
export async function freshdeskTwin({
  key,
  contacts,
}: {
  readonly key: string;
  readonly contacts: FreshdeskContact[];
}) {
  return await serve(({ path, query, headers }) => {
    if (headers.authorization !== `Basic ${Buffer.from(`${key}:X`).toString('base64')}`)
      return {
        status: 401,
        body: { code: 'invalid_credentials', message: 'You have to be logged in to perform this action.' },
      };
    if (path !== '/api/v2/contacts') return { status: 404, body: '' };
    const { page = '1', per_page: size = '30', _updated_since: since } = query;
    if (Number(size) > 100) return invalid('per_page');
    if (since !== undefined && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(since)) return invalid('_updated_since');
    const found = contacts.filter((one) => since === undefined || Date.parse(one.updated_at) >= Date.parse(since));
    const from = (Number(page) - 1) * Number(size);
    return { body: found.slice(from, from + Number(size)) };
  });
}

function invalid(field: string) {
  const errors = [{ field, message: 'It is not valid.', code: 'invalid_value' }];
  return { status: 400, body: { description: 'Validation failed', errors } };
}
