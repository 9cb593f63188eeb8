import { defined } from '../defined.ts';
import type { FieldDifferences } from '../domain/audit-adapter.ts';
import type { CallContext } from '../domain/context.ts';
import type { Link } from '../domain/link.ts';
import type { DirectoryUser } from '../domain/user.ts';
import { emailRecordsOf } from '../pipeline/decide/load-email-records.ts';
import type { Pipeline } from '../pipeline/types.ts';
import type { AuditDatabase } from './audit-database.ts';
import type { CustomerKind, UserFinding, UserKind } from './findings.ts';

const kindFor: Readonly<Record<Exclude<CustomerKind, 'missing'>, UserKind>> = {
  inSync: 'inSync',
  differing: 'differing',
  skipped: 'excluded',
  rejected: 'excluded',
};

/** Finds for one user of the destination whose it is, once all customers have been classified. */
export function createUserClassifier<T, P>(
  { sink, identity, policies, store, id }: Pipeline<T, P>,
  database: AuditDatabase,
  context: CallContext,
) {
  const { audit } = sink;
  // What external ids look like where the mapping does not make its own.
  const ours = `${identity.sourceConnector}:${identity.sourceAccount}:`.toLowerCase();

  return async function classify(user: DirectoryUser): Promise<UserFinding> {
    const customer = database.customerOf(user.id);
    if (customer) {
      const { kind } = customer.finding;
      if (kind === 'missing') throw new Error('A missing customer has a user.');
      return { kind: kindFor[kind], key: customer.key };
    }
    if (audit.isStaff(user)) return { kind: 'unmanaged' };
    const link = database.linkOf(user.id);
    if (link && !database.has(link.key)) return await classifyRemaining(user, link);
    return (
      second(user) ?? { kind: isNamedByUs(user) ? 'extra' : 'unmanaged', ...(isNamedByUs(user) && unlinked(user)) }
    );
  };

  /** Its customer is not in the source any more. */
  async function classifyRemaining(user: DirectoryUser, link: Link): Promise<UserFinding> {
    const about = { key: link.key, ...named(user) };
    if (policies.sharedEmail === 'merge' && (await isOfOthers(link.key)))
      return { kind: 'excluded', code: 'shared-user', ...about };
    const differences = link.deactivated === undefined ? undefined : await sinceLeaving(user, link);
    if (differences && Object.keys(differences).length === 0) return { kind: 'deactivated', ...about };
    const code = policies.inactive === 'ignore' ? 'left-alone' : 'gone-from-source';
    return { kind: 'extra', code, ...about, ...defined({ fields: differences }) };
  }

  /** Its customer is gone, and others with the customer's address have it. */
  async function isOfOthers(key: string): Promise<boolean> {
    const records = await emailRecordsOf({ store, id }, [key], []);
    return records.some((one) => one.key !== key && one.isActive && database.has(one.key));
  }

  /** In what it is not as the policy wants it. Undefined: it should not be there at all. */
  async function sinceLeaving(user: DirectoryUser, link: Link): Promise<FieldDifferences | undefined> {
    const target = sink.deactivated(sink.payloadFromLink(link));
    if (target === 'delete') return undefined;
    return (await audit.compareUser({ expected: target, link, user }, context)).differences;
  }

  /** A customer who has a user has this one as well. */
  function second(user: DirectoryUser): UserFinding | undefined {
    const { id, externalId, email } = user;
    const fuzzyKey = audit.fuzzyKey(user);
    const found = [
      { code: 'same-external-id', key: externalId && database.customerLike('external_id', externalId, id) },
      { code: 'same-email', key: email && database.customerLike('address', email, id) },
      { code: 'same-name-and-phone', key: fuzzyKey && database.customerOfLike(fuzzyKey, id) },
    ];
    for (const { code, key } of found) if (key) return { kind: 'duplicated', code, key, ...named(user) };
    return undefined;
  }

  function isNamedByUs({ externalId }: DirectoryUser): boolean {
    return externalId?.startsWith(ours) === true;
  }

  function unlinked(user: DirectoryUser): Pick<UserFinding, 'code' | 'key' | 'name'> {
    return { code: 'not-remembered', key: user.externalId?.slice(ours.length) ?? '', ...named(user) };
  }

  function named(user: DirectoryUser): Pick<UserFinding, 'name'> {
    const name = audit.nameOf(user);
    return name === undefined ? {} : { name };
  }
}
