import type { Json } from '../core/domain/json.ts';

const maxNameLength = 255;

/** One line without control characters, trimmed, at most 255 code points. Undefined when nothing is left. */
export function cleanName(text: string | undefined): string | undefined {
  const clean = (text ?? '')
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (clean === '') return undefined;
  return clean.length <= maxNameLength ? clean : [...clean].slice(0, maxNameLength).join('').trimEnd();
}

/** The first that has something in it. */
export function firstOf(...texts: readonly (string | undefined)[]): string | undefined {
  return texts.find((text) => text !== undefined && text.trim() !== '');
}

/** A tag as Zendesk has them: lower case, no spaces. */
export function toTag(text: string): string {
  return text.trim().toLowerCase().replaceAll(/\s+/g, '_');
}

/** What stands for a line end in Word, and in what mainframes write. */
const lineEnds = /[\v\f\u0085]/g;

/** Without control characters except line ends and tabs: nobody typed them, and they act on the terminal that prints them. */
export function withoutControls(text: string): string {
  return text.replaceAll(lineEnds, '\n').replaceAll(/\p{Cc}/gu, (found) => (/[\n\r\t]/.test(found) ? found : ''));
}

/**
 * Zendesk wants text here; numbers and truths are written out. Empty is absent. Half a surrogate pair is not text: its row
 * would spoil the whole batch.
 */
export function textOf(value: Json | readonly string[] | undefined): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = withoutControls(value).trim().toWellFormed();
  return text === '' ? undefined : text;
}

export function textsOf(value: Json | readonly string[] | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => textOf(item) ?? []);
  const text = textOf(value);
  return text === undefined ? [] : [text];
}
