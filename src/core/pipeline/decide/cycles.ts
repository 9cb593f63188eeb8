import type { SourceRecord } from '../../domain/record.ts';
import type { Run } from '../run-state.ts';

/**
 * True if the address that this record needs belongs to a user whose own customer needs another one, and so on, back to
 * this record's user: nobody can go first unless one of them releases its address. It follows claims (the address that
 * each needs) and the directory (the address that each has).
 */
export async function isInCycle<T, P>(run: Run<T, P>, record: SourceRecord): Promise<boolean> {
  const { store, id } = run.pipeline;
  const seen = new Set<string>();
  let key = record.key;
  for (;;) {
    if (seen.has(key)) return key === record.key;
    seen.add(key);
    const wanted = (await ask([key], [])).emailsByClaimant.get(key);
    if (wanted === undefined) return false;
    const { usersByEmail, linksByUser } = await ask([], [wanted]);
    const holder = usersByEmail.get(wanted);
    const next = holder && linksByUser.get(holder.id)?.key;
    if (next === undefined || next === key) return false;
    key = next;
  }

  function ask(keys: readonly string[], emails: readonly string[]) {
    return store.load(id, { run: run.id, keys, emails, externalIds: [] });
  }
}
