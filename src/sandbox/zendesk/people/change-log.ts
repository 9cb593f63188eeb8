/** When each user was last changed, in the order of change. Sorted when it is read, and not again until something changes. */
export function createChangeLog() {
  const times = new Map<number, number>();
  let sorted: readonly (readonly [id: number, at: number])[] | undefined;

  function inOrder(): readonly (readonly [id: number, at: number])[] {
    sorted ??= [...times].sort(([a, left], [b, right]) => left - right || a - b);
    return sorted;
  }

  return {
    put(id: number, at: number): void {
      times.set(id, at);
      sorted = undefined;
    },
    /** The next changes behind this position and not later than `until`. */
    next(
      behind: { readonly at: number; readonly id: number },
      { until, limit }: { readonly until: number; readonly limit: number },
    ): { readonly page: readonly (readonly [id: number, at: number])[]; readonly isEnd: boolean } {
      const all = inOrder();
      const from = firstWhere(all.length, (index) => {
        const [id = 0, at = 0] = all[index] ?? [];
        return at > behind.at || (at === behind.at && id > behind.id);
      });
      const to = firstWhere(all.length, (index) => (all[index]?.[1] ?? 0) > until);
      return { page: all.slice(from, Math.min(to, from + limit)), isEnd: to - from <= limit };
    },
  };
}

/** The first index below `length` for which `holds`, where it holds for all behind one for which it does; else `length`. */
export function firstWhere(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
