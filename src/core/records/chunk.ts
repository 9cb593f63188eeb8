/** A list that goes into a URL is cut by number and by size: servers take some 8 kB of a request line, and a name can be any. */
export interface ListLimits {
  readonly maxCount: number;
  /** As they stand in the request, encoded. */
  readonly maxBytes: number;
  /** Of one value with what stands around it. */
  readonly bytesOf: (value: string) => number;
}

/** The values in order, in lists that keep the limits. One that is too long by itself has a list of its own. */
export function* chunk(values: readonly string[], { maxCount, maxBytes, bytesOf }: ListLimits): Generator<string[]> {
  let list: string[] = [];
  let bytes = 0;
  for (const value of values) {
    const own = bytesOf(value);
    if (list.length > 0 && (list.length === maxCount || bytes + own > maxBytes)) {
      yield list;
      list = [];
      bytes = 0;
    }
    list.push(value);
    bytes += own;
  }
  if (list.length > 0) yield list;
}
