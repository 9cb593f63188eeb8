import type { Settings } from '../account/settings.ts';
import type { Row } from '../api/requests.ts';
import type { CustomFields } from '../fields/custom-fields.ts';
import { assignUser } from './assign-user.ts';
import { createExternalIds } from './external-ids.ts';
import { createIdentityStore } from './identity-store.ts';
import { createSearchIndex } from './search-index.ts';
import { createTickets } from './tickets.ts';
import { blankUser, type FieldProblem, type Identity, type User } from './user.ts';
import { createUserTable } from './user-table.ts';
import { validateUser } from './validate-user.ts';

/** Called with every write of a user, such as for the organizations that it names. */
type OnWrite = (user: User, body: Row) => void;

/** Zendesk's users as the sandbox keeps them: unique addresses and external ids, soft deletion, silent corrections. */
export function createUsers(
  now: () => number,
  { customFields, settings }: { readonly customFields: CustomFields; readonly settings: Settings },
) {
  const { add, touch, nextId, stamp, byId, ...table } = createUserTable(now);
  const identities = createIdentityStore({ nextId, stamp });
  const externalIds = createExternalIds();
  const searchIndex = createSearchIndex(now);
  let onWrite: OnWrite = () => undefined;

  const find = (id: number | undefined): User | undefined => (id === undefined ? undefined : byId.get(id));

  function assign(user: User, body: Row): void {
    onWrite(user, body);
    assignUser(user, body, { settings, customFields, externalIds, identities });
  }

  function addEmail(user: User, body: Row, { primary }: { readonly primary: boolean }): void {
    const [verified, quiet] = [body.verified === true, body.skip_verify_email === true];
    if (typeof body.email === 'string') identities.addEmail(user, body.email, { primary, verified, quiet });
  }

  return {
    byId,
    ...table,
    mails: identities.mails,
    tickets: createTickets(now),
    identitiesOf: identities.identitiesOf,
    formerHolderOf: searchIndex.formerHolderOf,
    holderOf: (address: string): User | undefined => find(identities.emailHolder(address)),
    byExternalId: (externalId: string): User | undefined => find(externalIds.holder(externalId)),
    setOnWrite: (listener: OnWrite): void => {
      onWrite = listener;
    },
    validate: (body: Row, user: User | undefined): FieldProblem | undefined =>
      validateUser(body, user, {
        emailHolder: identities.emailHolder,
        externalIdHolder: externalIds.holder,
        phoneValidation: settings.current.phoneValidation,
        validateFields: customFields.validate,
      }),
    create(body: Row): User {
      const user = blankUser(nextId(), stamp());
      add(user);
      assign(user, body);
      addEmail(user, body, { primary: true });
      touch(user);
      return user;
    },
    /** An `email` that is new becomes a secondary address; the primary one stays (recorded). */
    update(user: User, body: Row): User {
      assign(user, body);
      const { email } = body;
      if (typeof email === 'string' && identities.emailHolder(email) !== user.id)
        addEmail(user, body, { primary: false });
      touch(user);
      return user;
    },
    /** Soft: the address and the external id are free again. */
    remove(user: User): void {
      const addresses = identities.identitiesOf(user.id).filter(({ type }) => type === 'email');
      searchIndex.keep(
        user,
        addresses.map(({ value }) => value),
      );
      identities.removeAll(user);
      externalIds.assign(user, null);
      user.email = null;
      user.active = false;
      touch(user);
    },
    ...identityChanges(identities, touch),
  };
}

export type Users = ReturnType<typeof createUsers>;

/** Changes of identities are changes of their user. */
function identityChanges(identities: ReturnType<typeof createIdentityStore>, touch: (user: User) => void) {
  return {
    /** A number is one user's identity only. Undefined: another has it. */
    addPhone(user: User, value: string): Identity | undefined {
      if (identities.phoneHolder(value) !== undefined) return undefined;
      const identity = identities.addPhone(user, value, { primary: false });
      touch(user);
      return identity;
    },
    addIdentity(user: User, value: string, quiet: boolean): Identity {
      const identity = identities.addEmail(user, value, { primary: user.email === null, verified: false, quiet });
      touch(user);
      return identity;
    },
    makePrimary(user: User, identity: Identity): void {
      identities.makePrimary(user, identity);
      touch(user);
    },
    removeIdentity(user: User, identity: Identity): void {
      identities.remove(user, identity);
      touch(user);
    },
  };
}
