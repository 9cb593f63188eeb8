import type { DirectoryUser } from '../domain/user.ts';
import { isHeldReason } from '../pipeline/held-reasons.ts';
import { type AuditContext, type Case, rejectedFinding, sharedEmailFinding, staffFinding } from './customer-case.ts';
import type { CustomerFinding } from './findings.ts';

/** The policy wants the user of an inactive customer deleted. */
export function classifyRemoved<P>({ pending }: Case<P>, user: DirectoryUser | undefined): CustomerFinding {
  const message = 'The customer is inactive; its user is deleted, as the policy says.';
  if (!user) return { kind: 'skipped', code: 'inactive', message };
  const found = { destinationId: user.id, fields: { active: [false, true] as const } };
  return pending && isHeldReason(pending.reason)
    ? { kind: 'skipped', code: pending.reason, ...found }
    : { kind: 'differing', code: 'not-deactivated', ...found };
}

/** `link` is there where it is by the link that we know the user, and not by its external id. */
export async function classifyUser<T, P>(
  { pipeline, database, context }: AuditContext<T, P>,
  one: Case<P>,
  user: DirectoryUser,
): Promise<CustomerFinding> {
  const {
    policies,
    sink: { audit },
  } = pipeline;
  const { key, link, expected, letter, pending, holder, leaves } = one;
  const destinationId = user.id;
  if (audit.isStaff(user)) return letter ? rejectedFinding(letter) : staffFinding(user);
  const owners = [link?.key ?? database.linkOf(user.id)?.key, database.customerOf(user.id)?.key];
  const rival = owners.find((owner) => owner !== undefined && owner !== key);
  if (rival !== undefined) {
    const message = `Customer ${rival} has the same external_id, or is the same user.`;
    return letter ? rejectedFinding(letter) : { kind: 'rejected', code: 'external-id-conflict', message };
  }
  const { differences, normalized, standing } = await audit.compareUser({ expected, link, user }, context);
  const found = { destinationId, ...(normalized.length > 0 && { normalized }) };
  if (Object.keys(differences).length === 0) {
    if (holder !== undefined && policies.sharedEmail === 'first') return { ...sharedEmailFinding(holder), ...found };
    return { kind: 'inSync', ...found };
  }
  const differing = { ...found, fields: differences };
  if (letter) return { ...rejectedFinding(letter), ...differing };
  if (pending && pending.reason !== 'shared-email') return { kind: 'skipped', code: pending.reason, ...differing };
  if (leaves && link?.deactivated === undefined) return { kind: 'differing', code: 'not-deactivated', ...differing };
  const isLeft = Object.keys(differences).every((name) => standing.includes(name));
  if (!isLeft) return { kind: 'differing', code: 'differing', ...differing };
  const isEmpty = Object.values(differences).every(([, shown]) => shown === null || shown === '');
  return { kind: 'differing', code: isEmpty ? 'dropped' : 'left-by-sync', ...differing };
}
