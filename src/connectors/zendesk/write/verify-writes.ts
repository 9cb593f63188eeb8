import type { CallContext } from '../../../core/domain/context.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { ExpectedChange, VerifiedField } from '../../../core/domain/write.ts';
import type { ZendeskApi } from '../api/api.ts';
import { equalsRemote, flattenUser, textList, writeOnlyFields } from '../fields/fields.ts';
import { isRelated } from '../related/related.ts';

/** Reads the users again and compares them, field by field, with what we wrote. */
export async function compare(
  api: Pick<ZendeskApi, 'showMany'>,
  writes: readonly ExpectedChange[],
  { signal }: CallContext,
): Promise<readonly Readonly<Record<string, VerifiedField>>[]> {
  if (writes.length === 0) return [];
  const users = new Map(
    (await api.showMany({ ids: writes.map(({ id }) => id) }, signal)).map((user) => [String(user.id), user]),
  );
  return writes.map(({ id, changes }) => {
    const user = users.get(id);
    const shown: Fields = { ...(user && flattenUser(user)), active: user !== undefined && user.active !== false };
    return Object.fromEntries(
      // A related resource is not shown with it, and a photo not as it was sent.
      Object.entries(changes)
        .filter(([name]) => !isRelated(name) && !writeOnlyFields.has(name))
        .map(([name, [before, expected]]) => [
          name,
          { expected, shown: shown[name] ?? null, matches: isThere(name, [before, expected], shown[name]) },
        ]),
    );
  });
}

/** Only our tags count: Zendesk adds those of dropdown and checkbox fields, and people add theirs. */
function isThere(name: string, [before, expected]: readonly [Json, Json], shown: Json | undefined): boolean {
  if (name !== 'tags') return equalsRemote(name, expected, shown);
  const wanted = textList(expected);
  const current = textList(shown);
  const had = textList(before);
  const [came, gone] = [wanted.filter((tag) => !had.includes(tag)), had.filter((tag) => !wanted.includes(tag))];
  return came.every((tag) => current.includes(tag)) && !gone.some((tag) => current.includes(tag));
}
