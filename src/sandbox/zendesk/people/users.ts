import type { Settings } from '../account/settings.ts';
import type { CustomFields } from '../fields/custom-fields.ts';
import { createChangeLog, firstWhere } from './change-log.ts';
import { createTickets } from './tickets.ts';
import type { FieldProblem, Identity, Mail, User } from './user.ts';

/** Zendesk's users as the sandbox keeps them: unique addresses and external ids, soft deletion, silent corrections. */

export type { FieldProblem, Identity, User } from './user.ts';

const writable = ['name', 'alias', 'details', 'notes', 'time_zone', 'locale', 'suspended', 'role'] as const;
const accepted = new Set<string>([
  ...writable,
  'phone',
  'id',
  'email',
  'external_id',
  'tags',
  'user_fields',
  'skip_verify_email',
  'verified',
  'identities',
  'organization_id',
  'organization_ids',
  'organization',
  'remote_photo_url',
]);

/** As far as a pattern can tell. Extensions in Zendesk's own form (help 4408823756570). */
const e164 = /^\+[1-9]\d{6,14}(?:x\d+)?$/;

/** What is passed on of every write of a user, such as the organizations that it names. */
type OnWrite = (user: User, body: Readonly<Record<string, unknown>>) => void;

export function createUsers(
  now: () => number,
  { customFields, settings }: { readonly customFields: CustomFields; readonly settings: Settings },
) {
  const listeners: { onWrite: OnWrite } = { onWrite: () => undefined };
  const byId = new Map<number, User>();
  const idByEmail = new Map<string, number>();
  const idByExternalId = new Map<string, number>();
  const identities = new Map<number, Identity[]>();
  const idByPhone = new Map<string, number>();
  const mails: Mail[] = [];
  /** Deleted users by address, as the search index still has them. */
  const indexed = new Map<string, { readonly user: User; readonly deletedAt: number }>();
  /** In the order of their ids, which grow. */
  const all: User[] = [];
  const log = createChangeLog();
  const tickets = createTickets(now);
  let nextId = 361_000_000_001;

  const stamp = (): string => `${new Date(Math.floor(now() / 1000) * 1000).toISOString().slice(0, 19)}Z`;
  const holderOf = (address: string): User | undefined => byId.get(idByEmail.get(address.trim().toLowerCase()) ?? -1);

  function touch(user: User): void {
    user.updated_at = stamp();
    log.put(user.id, now());
  }

  function problemOf(body: Readonly<Record<string, unknown>>, user: User | undefined): FieldProblem | undefined {
    const { name, email, external_id: externalId } = body;
    if ((!user || 'name' in body) && String(name ?? '').trim() === '')
      return { field: 'name', description: 'Name: is too short (minimum is 1 characters)' };
    if (typeof email === 'string') {
      if (!/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(email))
        return { field: 'email', description: `Email: ${email} is not properly formatted` };
      const holder = holderOf(email);
      if (holder && holder !== user)
        return {
          field: 'email',
          description: `Email: ${email} is already being used by another user`,
          error: 'DuplicateValue',
        };
    }
    if (externalId !== undefined && externalId !== null) {
      const holder = idByExternalId.get(String(externalId).toLowerCase());
      if (holder !== undefined && holder !== user?.id)
        return { field: 'external_id', description: 'External has already been taken', error: 'DuplicateValue' };
    }
    if (settings.current.phoneValidation && typeof body.phone === 'string' && !e164.test(body.phone))
      return { field: 'phone', description: 'Phone: is invalid', error: 'InvalidFormat' };
    return customFields.problemOf(body.user_fields);
  }

  function newIdentity(given: Pick<Identity, 'type' | 'value' | 'primary' | 'verified'>): Identity {
    nextId += 1;
    const at = stamp();
    return { id: nextId, ...given, created_at: at, updated_at: at };
  }

  function addIdentity(
    user: User,
    value: string,
    { primary, verified, quiet }: { primary: boolean; verified: boolean; quiet: boolean },
  ): Identity {
    const address = value.trim().toLowerCase();
    const identity = newIdentity({ type: 'email', value: address, primary, verified });
    identities.set(user.id, [...(identities.get(user.id) ?? []), identity]);
    idByEmail.set(address, user.id);
    if (primary) user.email = address;
    if (!quiet && !verified) mails.push({ to: address, kind: 'verification' });
    return identity;
  }

  /** Added, the new number stands behind the old one, which the user goes on showing; and an empty one changes nothing. */
  function assignPhone(user: User, phone: unknown): void {
    const value = typeof phone === 'string' ? phone : null;
    if (settings.current.phoneUpdates === 'replace') user.phone = value;
    else if (value !== null && !idByPhone.has(value)) addPhone(user, value, { primary: user.phone === null });
  }

  function addPhone(user: User, value: string, { primary }: { readonly primary: boolean }): Identity {
    const identity = newIdentity({ type: 'phone_number', value, primary, verified: false });
    identities.set(user.id, [...(identities.get(user.id) ?? []), identity]);
    idByPhone.set(value, user.id);
    if (primary) user.phone = value;
    return identity;
  }

  function assign(user: User, body: Readonly<Record<string, unknown>>): void {
    listeners.onWrite(user, body);
    Object.assign(user, Object.fromEntries(writable.flatMap((field) => (field in body ? [[field, body[field]]] : []))));
    if ('phone' in body) assignPhone(user, body.phone);
    if ('external_id' in body) {
      if (user.external_id) idByExternalId.delete(user.external_id.toLowerCase());
      user.external_id = body.external_id === null ? null : String(body.external_id);
      if (user.external_id) idByExternalId.set(user.external_id.toLowerCase(), user.id);
    }
    // Fetched in a moment, and shown in another form.
    if (typeof body.remote_photo_url === 'string') user.photo = { file_name: body.remote_photo_url.split('/').at(-1) };
    // The whole set is replaced.
    if (Array.isArray(body.tags) && settings.current.tagging) {
      user.tags = [...new Set(body.tags.map((tag) => String(tag).toLowerCase().replaceAll(/\s+/g, '_')))].sort();
      customFields.keepInStep(user);
    }
    const holder = { values: user.user_fields, tags: user.tags };
    customFields.assign(holder, body.user_fields);
    user.tags = holder.tags;
  }

  return {
    byId,
    set onWrite(listener: OnWrite) {
      listeners.onWrite = listener;
    },
    mails,
    tickets,
    holderOf,
    byExternalId: (externalId: string): User | undefined =>
      byId.get(idByExternalId.get(externalId.toLowerCase()) ?? -1),
    identitiesOf: (id: number): Identity[] => identities.get(id) ?? [],
    changesBehind: log.next,
    /** Users in the order of their ids, from the first behind this one. */
    *behind(id: number): Generator<User> {
      for (let at = firstWhere(all.length, (index) => (all[index]?.id ?? 0) > id); at < all.length; at += 1) {
        const user = all[at];
        if (user) yield user;
      }
    },
    problemOf,
    unknownKeys: (body: Readonly<Record<string, unknown>>): string[] =>
      Object.keys(body).filter((key) => !accepted.has(key)),

    create(body: Readonly<Record<string, unknown>>): User {
      nextId += 1;
      const at = stamp();
      const user: User = {
        id: nextId,
        name: '',
        email: null,
        external_id: null,
        role: 'end-user',
        active: true,
        suspended: false,
        phone: null,
        alias: null,
        details: null,
        notes: null,
        time_zone: 'Pacific Time (US & Canada)',
        locale: 'en-US',
        organization_id: null,
        tags: [],
        user_fields: {},
        created_at: at,
        updated_at: at,
      };
      byId.set(user.id, user);
      all.push(user);
      assign(user, body);
      const quiet = body.skip_verify_email === true;
      if (typeof body.email === 'string')
        addIdentity(user, body.email, { primary: true, verified: body.verified === true, quiet });
      touch(user);
      return user;
    },
    /** An `email` that is new becomes a secondary address; the primary one stays (recorded). */
    update(user: User, body: Readonly<Record<string, unknown>>): User {
      assign(user, body);
      const { email } = body;
      if (typeof email === 'string' && holderOf(email) !== user) {
        addIdentity(user, email, {
          primary: false,
          verified: body.verified === true,
          quiet: body.skip_verify_email === true,
        });
      }
      touch(user);
      return user;
    },
    /** A number is one user's identity only. Undefined: another has it. */
    addPhone(user: User, value: string): Identity | undefined {
      if (idByPhone.has(value)) return undefined;
      const identity = addPhone(user, value, { primary: false });
      touch(user);
      return identity;
    },
    addIdentity(user: User, value: string, quiet: boolean): Identity {
      const identity = addIdentity(user, value, { primary: user.email === null, verified: false, quiet });
      touch(user);
      return identity;
    },
    makePrimary(user: User, identity: Identity): void {
      for (const other of identities.get(user.id) ?? [])
        if (other.type === identity.type) other.primary = other === identity;
      user[identity.type === 'email' ? 'email' : 'phone'] = identity.value;
      touch(user);
    },
    removeIdentity(user: User, identity: Identity): void {
      const left = (identities.get(user.id) ?? []).filter((other) => other !== identity);
      identities.set(user.id, left);
      (identity.type === 'email' ? idByEmail : idByPhone).delete(identity.value);
      if (identity.primary) {
        const next = left.find(({ type }) => type === identity.type);
        if (next) next.primary = true;
        user[identity.type === 'email' ? 'email' : 'phone'] = next?.value ?? null;
      }
      touch(user);
    },
    /** Soft: the address and the external id are free again. */
    remove(user: User): void {
      for (const { type, value } of identities.get(user.id) ?? []) {
        (type === 'email' ? idByEmail : idByPhone).delete(value);
        if (type === 'email') indexed.set(value, { user: { ...user }, deletedAt: now() });
      }
      identities.delete(user.id);
      if (user.external_id) idByExternalId.delete(user.external_id.toLowerCase());
      user.email = null;
      user.external_id = null;
      user.active = false;
      touch(user);
    },
    /** Whom the search index, which is so much late, still shows with this address. */
    formerHolderOf(address: string, lagMs: number): User | undefined {
      const former = indexed.get(address);
      return former && now() - former.deletedAt < lagMs ? former.user : undefined;
    },
    /** As if it had been there for long. */
    age(user: User, ms: number): void {
      log.put(user.id, now() - ms);
    },
  };
}

export type Users = ReturnType<typeof createUsers>;
