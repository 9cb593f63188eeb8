import { ContractError } from '../../../core/domain/errors.ts';

/** Refusals of a list because of its content or its length. */
const listRefusalStatuses: ReadonlySet<number | undefined> = new Set([400, 413, 414, 422]);

/**
 * Asks for a list of ids. Zendesk refuses a whole list for one id in it, or for its length: then each half is asked for by
 * itself, down to the id. `alone` answers for an id that no list may hold; without it, the refusal of that id is thrown.
 */
export async function askInHalves<T>(
  ids: readonly string[],
  ask: (part: readonly string[]) => Promise<T>,
  alone?: (id: string) => Promise<T>,
): Promise<readonly T[]> {
  try {
    return [await ask(ids)];
  } catch (error) {
    if (!isOfTheList(error)) throw error;
    const [id = ''] = ids;
    if (ids.length > 1) {
      const middle = Math.ceil(ids.length / 2);
      const first = await askInHalves(ids.slice(0, middle), ask, alone);
      return [...first, ...(await askInHalves(ids.slice(middle), ask, alone))];
    }
    if (!alone) throw error;
    return [await alone(id)];
  }
}

/** What is found under an id that Zendesk does not take in any way: nothing, as it has given nobody such an id. */
export async function orIfIdInvalid<T>(ask: () => Promise<T>, nothing: T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isOfTheList(error)) return nothing;
    throw error;
  }
}

function isOfTheList(error: unknown): boolean {
  return error instanceof ContractError && listRefusalStatuses.has(error.status);
}
