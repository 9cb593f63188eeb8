const bitsPerBlock = 1 << 16;

/** Counts distinct keys in little memory: ids are digits, so a bit each; anything else goes into a plain set. */
export function createKeySet() {
  const blocks = new Map<number, Uint8Array>();
  const others = new Set<string>();
  let count = 0;
  return {
    add(key: string): void {
      const id = /^[1-9]\d{0,14}$/.test(key) ? Number(key) : undefined;
      if (id === undefined) {
        others.add(key);
        return;
      }
      const name = Math.floor(id / bitsPerBlock);
      const block = blocks.get(name) ?? new Uint8Array(bitsPerBlock / 8);
      blocks.set(name, block);
      const bit = id % bitsPerBlock;
      const mask = 1 << (bit & 7);
      if (((block[bit >> 3] ?? 0) & mask) !== 0) return;
      block[bit >> 3] = (block[bit >> 3] ?? 0) | mask;
      count += 1;
    },
    size: (): number => count + others.size,
  };
}
