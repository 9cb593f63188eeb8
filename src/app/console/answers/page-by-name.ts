import type { FollowedConfiguration } from '../../service/catalog/catalog.ts';

/** A page of pipelines in the order of their names, each with what is found out about it. */
export async function pageByName<D>(
  all: readonly FollowedConfiguration[],
  { cursor = '', limit }: { readonly cursor?: string | undefined; readonly limit: number },
  document: (pipeline: string) => Promise<D>,
): Promise<{ items: D[]; next: string | null }> {
  const names = all.map(({ facts }) => facts.name).sort();
  const behind = names.filter((name) => name > cursor);
  const shown = behind.slice(0, limit);
  const items: D[] = [];
  for (const name of shown) items.push(await document(name));
  return { items, next: behind.length > limit ? (shown.at(-1) ?? null) : null };
}
