/** Joins ids that have something in common, however indirectly. Each set is named by its oldest id. */
export function createComponents() {
  const parents = new Map<string, string>();

  function rootOf(id: string): string {
    let root = id;
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
      root = parent;
    // Shorter ways for the next time.
    for (let at = id; at !== root; ) {
      const next = parents.get(at) ?? root;
      parents.set(at, root);
      at = next;
    }
    return root;
  }

  return {
    join(ids: readonly string[]): void {
      const roots = ids.map(rootOf);
      const [oldest = ''] = roots.toSorted(byAge);
      for (const id of [...ids, ...roots]) parents.set(id, oldest);
    },
    *all(): Generator<readonly [id: string, component: string]> {
      for (const id of parents.keys()) yield [id, rootOf(id)];
    },
  };
}

/** Ids are numbers that grow, and may be longer than numbers are exact. */
export function byAge(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
