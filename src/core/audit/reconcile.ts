import type { Tally } from './audit-database.ts';
import { type CustomerKind, customerKinds, type UserKind, userKinds } from './findings.ts';

type Reasons = Readonly<Record<string, number>>;

/** The customers: `total` is the sum of the others. */
export interface SourceCounts {
  readonly total: number;
  readonly inSync: number;
  readonly differing: number;
  readonly missing: number;
  /** Reason → count. */
  readonly skipped: Reasons;
  readonly rejected: Reasons;
}

/** The users: `total` is the sum of the others. */
export type DestinationCounts = Readonly<Record<UserKind, number>> & { readonly total: number };

export interface AuditCounts {
  readonly source: SourceCounts;
  readonly destination: DestinationCounts;
}

/**
 * Adds up what was found on both sides. `read` and `listed` were counted while reading, the tallies afterwards from what
 * was kept: anything that got lost between the two, or was counted on both sides of a line, is a bug, and is never
 * reported as a result.
 */
export function reconcile({
  customers,
  users,
  read,
  listed,
}: {
  readonly customers: Tally;
  readonly users: Tally;
  /** Different customers that the source gave, and different users that the destination listed. */
  readonly read: number;
  readonly listed: number;
}): AuditCounts {
  const ofCustomers = (kind: CustomerKind): number => sum(customers, kind);
  const source: SourceCounts = {
    total: read,
    inSync: ofCustomers('inSync'),
    differing: ofCustomers('differing'),
    missing: ofCustomers('missing'),
    skipped: reasons(customers, 'skipped'),
    rejected: reasons(customers, 'rejected'),
  };
  const perKind = Object.fromEntries(userKinds.map((kind) => [kind, sum(users, kind)]));
  // Made of exactly these names, just now.
  const destination = { total: listed, ...perKind } as DestinationCounts;
  assertHeld(
    'customers',
    read,
    customerKinds.reduce((total, kind) => total + ofCustomers(kind), 0),
  );
  assertHeld(
    'users',
    listed,
    userKinds.reduce((total, kind) => total + sum(users, kind), 0),
  );
  assertHeld('customers and users in step', source.inSync, destination.inSync);
  assertHeld('customers and users that differ', source.differing, destination.differing);
  return { source, destination };
}

export function isInStep({ source, destination }: AuditCounts): boolean {
  const { extra, duplicated } = destination;
  return source.differing + source.missing + extra + duplicated === 0;
}

function sum(tally: Tally, wanted: string): number {
  return tally.reduce((total, { kind, count }) => (kind === wanted ? total + count : total), 0);
}

function reasons(tally: Tally, wanted: string): Reasons {
  return Object.fromEntries(
    tally.flatMap(({ kind, code, count }) => (kind === wanted ? [[code ?? wanted, count]] : [])),
  );
}

function assertHeld(what: string, one: number, other: number): void {
  if (one !== other) throw new Error(`The audit does not add up: ${one} ${what}, and ${other} by another count.`);
}
