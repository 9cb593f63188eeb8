import type { EmailRecord } from '../domain/known.ts';
import { combineRecords } from '../pipeline/decide/combine-records.ts';
import type { AuditContext, LastSent, MappedRecord } from './customer-case.ts';
import type { CustomerFinding } from './findings.ts';

type Shared<P> =
  | { readonly kind: 'finding'; readonly finding: CustomerFinding }
  /** What the user of all of them is to be. */
  | { readonly kind: 'payload'; readonly payload: P };

/**
 * `policies.sharedEmail: merge`: the customer is part of another one's user, or others are part of its own. Of the others
 * counts what the last run read of them. Undefined: it has its user to itself.
 */
export function sharedUser<T, P>(
  { pipeline: { sink, mapper, policies }, database }: AuditContext<T, P>,
  { record, result }: MappedRecord<T, P>,
  { links, claimantsByEmail, emailRecords }: LastSent,
): Shared<P> | undefined {
  if (policies.sharedEmail !== 'merge') return undefined;
  const { key } = record;
  const link = links.get(key);
  const isActive = result.kind === 'payload' && (record.state === 'active' || policies.inactive === 'ignore');
  const own = emailRecords.find((one) => one.key === key);
  const email = isActive ? sink.email(result.payload) : own?.email;
  const holder = email === undefined ? undefined : claimantsByEmail.get(email);
  if (email === undefined || holder === undefined || result.kind === 'reject') return undefined;
  if (holder !== key && isActive) {
    const message = `Customer ${holder} has the same e-mail address: both are one user.`;
    const aside = link && database.hasUser(link.destinationId) ? { destinationId: link.destinationId } : {};
    return { kind: 'finding', finding: { kind: 'skipped', code: 'shared-user', message, ...aside } };
  }
  const others = holder === key ? emailRecords.filter((one) => isOther(one, email, key)) : [];
  if (others.length === 0) return undefined;
  const records = [...(isActive ? [record] : []), ...others.map((one) => one.record)];
  // Records come from the state as this source returned them.
  const map = (one: (typeof records)[number]) => mapper.map(one as typeof record);
  const payload = combineRecords({ sink, map }, records, isActive ? undefined : link?.externalId);
  return payload === undefined ? undefined : { kind: 'payload', payload };
}

function isOther({ key, email, isActive }: EmailRecord, shared: string, self: string): boolean {
  return isActive && email === shared && key !== self;
}
