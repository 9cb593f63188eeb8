import type { Link } from '../domain/link.ts';
import type { DirectoryUser } from '../domain/user.ts';
import { type AuditContext, type Case, rejectedFinding, sharedEmailFinding, staffFinding } from './customer-case.ts';
import type { CustomerFinding } from './findings.ts';

/** We know its user, and it is not there any more: merged into another, or deleted over there. */
export async function classifyLost<T, P>(
  work: AuditContext<T, P>,
  { key, letter, expected }: Case<P>,
  link: Link,
): Promise<CustomerFinding> {
  const { audit } = work.pipeline.sink;
  const { destinationId } = link;
  const survivor = await audit.findSurvivor({ expected, link }, work.context);
  if (survivor) return classifyMerged(work, { key, letter, gone: destinationId }, survivor);
  if (letter) return rejectedFinding(letter);
  const message = `User ${destinationId} is not there any more: it was deleted, or merged into a user that nobody can find by its address.`;
  const isAccepted = audit.toleratesDeleted && (await lastSkip(work, key)) === audit.codes.deleted;
  return { kind: isAccepted ? 'skipped' : 'missing', code: audit.codes.deleted, message };
}

/** Whoever holds the address of the gone user by now is the customer's, unless it is somebody else's already. */
function classifyMerged<T, P>(
  { pipeline, database }: AuditContext<T, P>,
  { key, letter, gone }: Pick<Case<P>, 'key' | 'letter'> & { readonly gone: string },
  survivor: DirectoryUser,
): CustomerFinding {
  const { audit } = pipeline.sink;
  if (audit.isStaff(survivor)) return letter ? rejectedFinding(letter) : staffFinding(survivor);
  const owner = database.linkOf(survivor.id)?.key ?? database.customerOf(survivor.id)?.key;
  const into = `User ${gone} was merged into user ${survivor.id}`;
  if (owner !== undefined && owner !== key)
    return { kind: 'skipped', code: audit.codes.merged, message: `${into}, who is customer ${owner}.` };
  if (letter) return rejectedFinding(letter);
  return { kind: 'missing', code: audit.codes.merged, message: `${into}. The customer's link is still to follow.` };
}

/** There is no user that we know of. */
export async function classifyAbsent<T, P>(
  work: AuditContext<T, P>,
  one: Case<P>,
  email: string | undefined,
): Promise<CustomerFinding> {
  const {
    pipeline: {
      policies,
      sink: { audit },
    },
    database,
  } = work;
  const { key, letter, pending, holder } = one;
  if (letter) return rejectedFinding(letter);
  if (holder !== undefined && policies.sharedEmail === 'first') return sharedEmailFinding(holder);
  if (pending && pending.reason !== 'shared-email') return { kind: 'skipped', code: pending.reason };
  const other = email === undefined || holder !== undefined ? undefined : database.userByEmail(email);
  if (other && audit.isStaff(other)) return staffFinding(other);
  // An address that is only a secondary one of an agent's is not in any list: the run that met it has recorded why.
  if (!other && (await lastSkip(work, key)) === 'staff-account') return { kind: 'skipped', code: 'staff-account' };
  if (!other) return { kind: 'missing', code: 'missing' };
  const message = `User ${other.id} has the e-mail address and is not linked to this customer.`;
  return { kind: 'missing', code: 'not-linked', message };
}

/** Why the last run that looked at the customer passed it over. */
async function lastSkip<T, P>(
  { pipeline: { store, id } }: AuditContext<T, P>,
  key: string,
): Promise<string | undefined> {
  const [last] = await store.history(id, key);
  return last?.outcome === 'skipped' ? last.code : undefined;
}
