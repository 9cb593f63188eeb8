const deepestLevel = 5;

/** Who is below whom: up to five levels. */
export function createFamilies() {
  /** Child → parent. */
  const parents = new Map<string, string>();
  const children = new Map<string, Set<string>>();

  function forget(id: string): void {
    const parent = parents.get(id);
    if (parent !== undefined) children.get(parent)?.delete(id);
    parents.delete(id);
  }

  /** Up to the top, nearest first. */
  function* ancestors(id: string): Generator<string> {
    let parent = parents.get(id);
    for (let level = 0; parent !== undefined && level < deepestLevel; level += 1) {
      yield parent;
      parent = parents.get(parent);
    }
  }

  function* descendants(id: string, level = 0): Generator<string> {
    if (level >= deepestLevel) return;
    for (const child of children.get(id) ?? []) {
      yield child;
      yield* descendants(child, level + 1);
    }
  }

  return {
    ancestors,
    descendants,
    forget,
    place(id: string, parent: string | undefined): void {
      forget(id);
      if (parent === undefined) return;
      parents.set(id, parent);
      children.set(parent, (children.get(parent) ?? new Set()).add(id));
    },
  };
}
