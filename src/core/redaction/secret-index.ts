/**
 * Secrets by their first characters, so that a text is read once however many there are: a service of thousands of
 * connections knows tens of thousands.
 */
export interface SecretIndex {
  add(secret: string): void;
  /** Where secrets are in the text, in order. Those that overlap are one. */
  find(text: string): readonly Span[];
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Secrets that begin alike, by their length: one look-up for each length, however many they are. */
type ByLength = Map<number, Set<string>>;

/** `prefixLength`: no secret is shorter. */
export function createSecretIndex(prefixLength: number): SecretIndex {
  const byPrefix = new Map<string, ByLength>();
  /** Most characters of a text begin no secret. */
  const firstUnits = new Set<number>();

  function matchLengthAt(text: string, start: number): number {
    let longest = 0;
    for (const [length, secrets] of byPrefix.get(text.slice(start, start + prefixLength)) ?? [])
      if (length > longest && isAt(text, start, { length, secrets })) longest = length;
    return longest;
  }

  return {
    add(secret) {
      const prefix = secret.slice(0, prefixLength);
      const alike: ByLength = byPrefix.get(prefix) ?? new Map();
      byPrefix.set(prefix, alike);
      alike.set(secret.length, (alike.get(secret.length) ?? new Set()).add(secret));
      firstUnits.add(secret.charCodeAt(0));
    },
    find(text) {
      const spans: Span[] = [];
      for (let start = 0; start < text.length; start += 1) {
        if (!firstUnits.has(text.charCodeAt(start))) continue;
        const length = matchLengthAt(text, start);
        if (length === 0) continue;
        const last = spans.at(-1);
        const end = start + length;
        if (!last || start >= last.end) spans.push({ start, end });
        else if (end > last.end) spans[spans.length - 1] = { start: last.start, end };
      }
      return spans;
    },
  };
}

/** The first one is compared in place: most often it is the only one, and differs after a few characters. */
function isAt(
  text: string,
  start: number,
  { length, secrets }: { readonly length: number; readonly secrets: ReadonlySet<string> },
): boolean {
  const [first = ''] = secrets;
  return text.startsWith(first, start) || (secrets.size > 1 && secrets.has(text.slice(start, start + length)));
}
