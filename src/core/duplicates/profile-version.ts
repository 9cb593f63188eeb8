import { createHash } from 'node:crypto';
import type { UserProfile } from '../domain/merge-adapter.ts';

const digits = 12;

/**
 * Changes when the user does, as far as a person decides by it. It begins with a letter, so that no spreadsheet takes it for a
 * number.
 */
export function profileVersion({ name, email, phone, organizationId, externalId }: UserProfile): string {
  const seen = JSON.stringify([name, email ?? null, phone ?? null, organizationId ?? null, externalId ?? null]);
  return `v${createHash('sha256').update(seen).digest('hex').slice(0, digits)}`;
}
