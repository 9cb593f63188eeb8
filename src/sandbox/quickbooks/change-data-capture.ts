import type { TwinResponse } from '../server/twin.ts';
import type { Company } from './company.ts';
import { otherEntities } from './entities.ts';
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
  /** Tombstones come last, and bring a count of their own. */
  function changedCustomers(since: number): object {
    const { rows, tombstones } = company.changedSince(since);
    const all = [...rows, ...tombstones].slice(0, maxChanges);
    const counted = tombstones.length > 0 ? { totalCount: all.length } : {};
    return all.length === 0 ? {} : { Customer: all, startPosition: 1, maxResults: all.length, ...counted };
  }

  return (query) => {
    const invalid = (detail: string) => validation('4000', 'Error validating query', detail);
    const since = Date.parse(query.get('changedSince') ?? '');
    if (Number.isNaN(since) || now() - since > maxLookBackMs)
      return invalid('changedSince cannot be more than 30 days ago');
    const entities = (query.get('entities') ?? '').split(',').map((name) => name.trim().toLowerCase());
    const unknown = entities.find((name) => name !== 'customer' && !otherEntities.has(name));
    if (unknown !== undefined) return invalid(`Unsupported entity in change data capture: ${unknown}`);
    const parts = entities.map((name) => (name === 'customer' ? changedCustomers(since) : {}));
    return answer({ CDCResponse: [{ QueryResponse: parts }] });
  };
}
