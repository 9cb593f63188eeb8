import { hash } from 'node:crypto';
import { ContractError } from '../domain/errors.ts';

const maxEmptyPages = 1000;
const maxRepeats = 10;

/**
 * Watches the pages of one scan from `start`, so that one that would never end ends with an error. Call it for every page
 * before the next one is asked for. Throws ContractError (`pagination-loop`) for a position that was asked for before, for a page that comes
 * twice in a row or again and again, and for pages without records that go on and on.
 */
export function createPageGuard(name: string, start?: string | number) {
  const positions = new Set<string>(start === undefined ? [] : [String(start)]);
  const pages = new Set<string>();
  let former = '';
  let repeats = 0;
  let empty = 0;

  function loop(what: string): ContractError {
    return new ContractError(`${name}: the pages go in a circle: ${what}.`, {
      code: 'pagination-loop',
      hint: 'Check source.pagination, if there is one: the API may not know the parameter. Nobody counts as gone.',
    });
  }

  /** `next`: the position of the page after it, undefined where it is the last. */
  return (keys: readonly string[], next: string | number | undefined): void => {
    if (next === undefined) return;
    const position = String(next);
    if (positions.has(position)) throw loop('one leads back to a page that was read already');
    positions.add(position);
    if (keys.length === 0) {
      empty += 1;
      if (empty > maxEmptyPages) throw loop(`the last ${maxEmptyPages} had no records, and each named another one`);
      return;
    }
    empty = 0;
    const digest = hash('sha256', JSON.stringify(keys));
    if (digest === former) throw loop('the same page came twice in a row');
    former = digest;
    if (pages.has(digest)) repeats += 1;
    pages.add(digest);
    // A record that was changed while the list was read may come again, and fill a page of its own.
    if (repeats > maxRepeats) throw loop('pages that were read already keep coming');
  };
}
