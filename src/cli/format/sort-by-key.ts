const collator = new Intl.Collator('en', { numeric: true });

/** Customers in the order of their keys, with numbers as numbers: 2 before 10. */
export function sortByKey<T extends { readonly key: string }>(items: readonly T[]): readonly T[] {
  return items.toSorted((a, b) => collator.compare(a.key, b.key));
}
