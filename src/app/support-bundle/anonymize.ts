import type { Json } from '../../core/domain/json.ts';
import type { Redactor } from '../../core/redaction/redact.ts';
import { removed } from './shareable-config.ts';

const minTextLength = 4;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Removes from messages everything that may belong to somebody: secrets and e-mail addresses, names of accounts and
 * hosts, quoted text, long numbers, and customer keys, which may be anything.
 */
export function createScrub({
  redactor,
  accounts,
}: {
  readonly redactor: Redactor;
  readonly accounts: readonly string[];
}) {
  const names = [...new Set(accounts.flatMap(formsOf))].filter(({ length }) => length >= minTextLength);
  // The longest first: one may be part of another.
  names.sort((a, b) => b.length - a.length);
  const numbers = new Map<string, string>();

  function text(given: string, own: readonly string[] = []): string {
    let clean = redactor.redact(given);
    for (const name of names) clean = clean.replaceAll(name, removed);
    for (const word of own) if (word.length >= minTextLength - 1) clean = replaceAnyCase(clean, word);
    return clean
      .replaceAll(/\bcustomer .+? has the same/gi, 'customer … has the same')
      .replaceAll(/\b(who is customer|rolodesk link) .+/g, '$1 …')
      .replaceAll(/https?:\/\/[^\s"']+|\b[a-z0-9-]+\.zendesk\.com\b/gi, removed)
      .replaceAll(/"[^"]*"|“[^”]*”/g, '"…"')
      .replaceAll(/\+?\d[\d\s().-]{5,}\d/g, '…')
      .replaceAll(/\bcustomer [^\s,.]*\d[^\s,.]*/gi, 'customer …');
  }

  /** The same customer or user gets the same number throughout. */
  function pseudonym(name: string): string {
    const known = numbers.get(name) ?? `#${numbers.size + 1}`;
    numbers.set(name, known);
    return known;
  }

  /** Replaces keys and ids by numbers, removes the texts of cursors, and passes all other texts to `text`. */
  function json(value: unknown, name = ''): Json {
    if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
    if (typeof value === 'string') return textOf(value, name);
    if (Array.isArray(value)) return value.map((item) => json(item, name));
    if (typeof value !== 'object') return removed;
    const inside = name === 'cursor' ? () => 'cursor' : (key: string) => key;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, json(inner, inside(key))]));
  }

  function textOf(value: string, name: string): string {
    if (name === 'key' || name === 'destinationId') return pseudonym(value);
    if (instant.test(value) || uuid.test(value)) return value;
    return name === 'cursor' || name === 'pipeline' ? removed : text(value);
  }

  return { text, json };
}

export type Scrub = ReturnType<typeof createScrub>;

/** Every text in a value of any shape: it may appear in a message about the value. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function formsOf(account: string): string[] {
  const url = URL.canParse(account) ? new URL(account) : undefined;
  return url ? [account, url.host, url.hostname] : [account];
}

function replaceAnyCase(text: string, word: string): string {
  return text.replaceAll(new RegExp(RegExp.escape(word), 'gi'), '…');
}
