import type { TwinResponse } from '../server/twin.ts';
import type { Company } from './company.ts';
import { otherEntities } from './entities.ts';
import { transactionKinds } from './money/transaction.ts';
import type { Responses } from './responses.ts';

/** Of one response, and how far it looks back. */
const maxChanges = 1000;
const maxLookBackMs = 30 * 86_400_000;

/** A part for each entity that the query names, in that order; of one without changes it is empty. */
export function createChangeDataCapture({
  company,
  now,
  responses: { answer, validation },
}: {
  readonly company: Company;
  readonly now: () => number;
  readonly responses: Responses;
}): (query: URLSearchParams) => TwinResponse {
  function changedSince(name: string, since: number): { readonly rows: readonly object[]; readonly gone: number } {
    const kind = transactionKinds.find((one) => one.toLowerCase() === name);
    if (kind === undefined && name !== 'customer') return { rows: [], gone: 0 };
    const { rows, tombstones } = kind ? company.books.ledger.changedSince(kind, since) : company.changedSince(since);
    return { rows: [...rows, ...tombstones], gone: tombstones.length };
  }

  /** Tombstones come last, and bring a count of their own. `room`: for how many objects the response has left. */
  function part(name: string, since: number, room: number) {
    const { rows, gone } = changedSince(name, since);
    const all = rows.slice(0, room);
    const counted = gone > 0 ? { totalCount: all.length } : {};
    const entity = transactionKinds.find((one) => one.toLowerCase() === name) ?? 'Customer';
    const body = all.length === 0 ? {} : { [entity]: all, startPosition: 1, maxResults: all.length, ...counted };
    return { body, size: all.length };
  }

  return (query) => {
    const invalid = (detail: string) => validation('4000', 'Error validating query', detail);
    const since = Date.parse(query.get('changedSince') ?? '');
    if (Number.isNaN(since) || now() - since > maxLookBackMs)
      return invalid('changedSince cannot be more than 30 days ago');
    const entities = (query.get('entities') ?? '').split(',').map((name) => name.trim().toLowerCase());
    const known = new Set(['customer', ...transactionKinds.map((kind) => kind.toLowerCase()), ...otherEntities]);
    const unknown = entities.find((name) => !known.has(name));
    if (unknown !== undefined) return invalid(`Unsupported entity in change data capture: ${unknown}`);
    // Of all entities together: whether the limit is one for each is not known, and this is the harder case.
    let room = maxChanges;
    const parts = entities.map((name) => {
      const { body, size } = part(name, since, room);
      room -= size;
      return body;
    });
    return answer({ CDCResponse: [{ QueryResponse: parts }] });
  };
}
