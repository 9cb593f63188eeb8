import { chunk } from '../../../core/records/chunk.ts';
import { maxRowsPerJob } from '../limits.ts';

/** Zendesk's limit of a request line is not published: 11.8 KB was refused with 414. */
const maxListBytes = 4_000;

/**
 * Ids as an address can carry them. Zendesk cuts a list at its commas and trims what is between them: an id that this would
 * change is asked for alone, by another call. One that is too long for any address is nobody's.
 */
export function idLists(ids: readonly string[]): {
  readonly lists: readonly (readonly string[])[];
  readonly alone: readonly string[];
} {
  const known = [...new Set(ids)].filter((id) => id !== '' && bytesOf(id) <= maxListBytes);
  const isAlone = (id: string): boolean => id.includes(',') || id !== id.trim();
  const listed = known.filter((id) => !isAlone(id));
  const limits = { maxCount: maxRowsPerJob, maxBytes: maxListBytes, bytesOf };
  return { lists: [...chunk(listed, limits)], alone: known.filter(isAlone) };
}

/** As it stands in an address, with a comma. */
function bytesOf(id: string): number {
  return String(new URLSearchParams({ '': id })).length - 1 + '%2C'.length;
}
