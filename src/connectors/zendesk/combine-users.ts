import { defined } from '../../core/defined.ts';
import type { Json } from '../../core/domain/json.ts';
import type { ZendeskUser } from './user.ts';

/**
 * One user for several customers with one address. Of a field that has one value, the first customer's counts that has one.
 * What there can be several of, is of all of them: organizations (the first customer's is the default one), further
 * addresses and numbers, tags; and the lines of `details` and `notes`, so that further names stand there if the mapping
 * puts them there. The other customers' own numbers become further ones where the mapping has `phones`.
 */
export function combineUsers(payloads: readonly ZendeskUser[], externalId: string): ZendeskUser {
  const [lead] = payloads;
  if (!lead) throw new Error('A user is made of at least one customer.');
  const first = <K extends keyof ZendeskUser>(name: K): ZendeskUser[K] | undefined =>
    payloads.map((one) => one[name]).find((value) => value !== undefined && value !== '') ?? lead[name];
  const { suspended: _, ...base } = lead;
  const email = first('email');
  const phone = first('phone');
  return {
    ...base,
    external_id: externalId,
    ...defined({
      email,
      phone,
      alias: first('alias'),
      details: joined(payloads.map(({ details }) => details)),
      notes: joined(payloads.map(({ notes }) => notes)),
      time_zone: first('time_zone'),
      locale: first('locale'),
      remote_photo_url: first('remote_photo_url'),
      role: first('role'),
      organization_id: first('organization_id'),
      organizations: organizationsOf(payloads),
      emails: union(payloads.map(({ emails }) => emails))?.filter((value) => value !== email),
      phones: phonesOf(payloads)?.filter((value) => value !== phone),
      tags: union(payloads.map(({ tags }) => tags)),
      user_fields: fieldsOf(payloads),
      verified: first('verified'),
    }),
    // One of them who may still sign in is enough.
    ...(payloads.every(({ suspended }) => suspended) && { suspended: true }),
  };
}

/** Undefined where no customer has the field. */
function union(lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  return lists.some((list) => list !== undefined) ? [...new Set(lists.flatMap((list) => list ?? []))] : undefined;
}

function joined(texts: readonly (string | undefined)[]): string | undefined {
  const given = texts.filter((text) => text !== undefined);
  return given.length === 0 ? undefined : [...new Set(given.filter((text) => text !== ''))].join('\n');
}

const e164 = /^\+[1-9]\d{6,14}$/;

function phonesOf(payloads: readonly ZendeskUser[]): readonly string[] | undefined {
  if (payloads.every(({ phones }) => phones === undefined)) return undefined;
  return union(payloads.map(({ phone = '', phones = [] }) => (e164.test(phone) ? [phone, ...phones] : phones)));
}

function organizationsOf(payloads: readonly ZendeskUser[]): ZendeskUser['organizations'] {
  if (payloads.every(({ organizations }) => organizations === undefined)) return undefined;
  const byId = new Map(
    payloads
      .toReversed()
      .flatMap(({ organizations = [] }) => organizations.map((one) => [one.external_id, one] as const)),
  );
  const ids = new Set(payloads.flatMap(({ organizations = [] }) => organizations.map((one) => one.external_id)));
  return [...ids].flatMap((id) => byId.get(id) ?? []);
}

function fieldsOf(payloads: readonly ZendeskUser[]): ZendeskUser['user_fields'] {
  if (payloads.every(({ user_fields: fields }) => fields === undefined)) return undefined;
  const merged: Record<string, Json> = {};
  for (const { user_fields: fields = {} } of payloads)
    for (const [name, value] of Object.entries(fields))
      if (!(name in merged) || isEmpty(merged[name])) merged[name] = value;
  return merged;
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
