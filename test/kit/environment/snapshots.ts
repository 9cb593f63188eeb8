import type { RunReport } from '../../../src/core/domain/run/run-report.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';

export interface ShownUser {
  readonly id: number;
  readonly name: string;
  readonly email: string | null;
  readonly external_id: string | null;
  readonly role: string;
  readonly active: boolean;
  readonly phone: string | null;
  readonly tags: readonly string[];
}

export function usersOf(box: Sandbox): ShownUser[] {
  box.zendesk.settleJobs();
  return [...box.zendesk.users.byId.values()];
}

/** The picture that must be the same however often a run was interrupted: everything but ids and times. */
export function snapshotOf(box: Sandbox): string[] {
  return usersOf(box)
    .filter(({ active }) => active)
    .map(({ name, email, external_id, phone, tags, role }) =>
      JSON.stringify({ external_id, email, name, phone, tags, role }),
    )
    .sort();
}

export function duplicatesOf(box: Sandbox): string[] {
  const seen = new Map<string, number>();
  for (const user of usersOf(box).filter(({ active }) => active)) {
    for (const value of [user.external_id, user.email])
      if (value) seen.set(value.toLowerCase(), (seen.get(value.toLowerCase()) ?? 0) + 1);
  }
  return [...seen].filter(([, count]) => count > 1).map(([value]) => value);
}

export const idOf = (key: string | number): string => `quickbooks:9130357992221046:${key}`;

export function userOf(box: Sandbox, key: string | number): ShownUser | undefined {
  return usersOf(box).find(({ external_id }) => external_id === idOf(key));
}

/** A plain customer, with everything that tests do not care about left out. */
export function customer(id: number, fields: Readonly<Record<string, unknown>> = {}) {
  return {
    Id: String(id),
    DisplayName: `Customer ${id}`,
    PrimaryEmailAddr: { Address: `c${id}@example.com` },
    ...fields,
  };
}

export function sumOf({ tallies }: RunReport): number {
  const { created, updated, unchanged, skipped, rejected } = tallies;
  return created + updated + unchanged + skipped + rejected;
}
