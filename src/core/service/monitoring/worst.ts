/** The `count` items with the largest numbers, the largest first. Items without a number are left out. */
export function worst<T>(items: readonly T[], count: number, numberOf: (item: T) => number | undefined): readonly T[] {
  return items
    .flatMap((item) => {
      const number = numberOf(item);
      return number === undefined ? [] : [{ item, number }];
    })
    .sort((a, b) => b.number - a.number)
    .slice(0, count)
    .map(({ item }) => item);
}
