import { createRequire } from 'node:module';
import { stripVTControlCharacters } from 'node:util';

const load = createRequire(import.meta.url);
let measure: ((text: string) => number) | undefined;
let graphemes: Intl.Segmenter | undefined;

/** Columns that a text takes on a terminal: two for a wide character, none for a colour or a combining mark. */
export function widthOf(text: string): number {
  const shown = stripVTControlCharacters(text);
  if (/^[ -~]*$/.test(shown)) return shown.length;
  measure ??= loadStringWidth();
  return measure(shown);
}

/** Loaded when it is needed: its tables take a third of the time that `rolodesk --help` needs to start. */
function loadStringWidth(): (text: string) => number {
  const { default: stringWidth }: typeof import('string-width') = load('string-width');
  return stringWidth;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** One line of at most so many columns, with a … where something is missing. */
export function cut(text: string, width: number): string {
  const line = oneLine(text);
  if (widthOf(line) <= width) return line;
  return `${firstColumns(line, width - 1)}…`;
}

/** Lines of at most so many columns, broken at spaces where there are some. */
export function wrapped(text: string, width: number): readonly string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).flatMap((line) => wrapLine(oneLine(line), width));
}

/**
 * Text of several lines for a screen, styled or not: lines are broken between words and go on below their own text. A word
 * that is longer than a line, such as a web address, stays whole, so that it can be copied.
 */
export function wrapText(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => wrapStyledLine(line, width))
    .join('\n');
}

/** Blanks, a mark such as ✔ and the blank behind it: what goes on stands below what follows them. */
const lead = /^ *(?:[^\p{L}\p{N}\s"'(]{1,2} )? */u;

function wrapStyledLine(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const leadWidth = widthOf(lead.exec(stripVTControlCharacters(text))?.[0] ?? '');
  const indent = ' '.repeat(Math.min(leadWidth, Math.floor(width / 2)));
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(/(?<= )(?=[^ ])/)) {
    const isFull = used > indent.length && used + widthOf(word.trimEnd()) > width;
    if (isFull) {
      lines.push(line.trimEnd());
      line = indent;
      used = indent.length;
    }
    line += word;
    used += widthOf(word);
  }
  return [...lines, line].join('\n');
}

function wrapLine(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = inPieces(word, width);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line];
}

/** A word that is longer than a line, cut where it must be. Each of its characters is measured once. */
function inPieces(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const segment of graphemesOf(word)) {
    const more = widthOf(segment);
    if (piece !== '' && used + more > width) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += segment;
    used += more;
  }
  return [...pieces, piece];
}

/** Characters as people count them. The segmenter takes a while to make, and most texts need none. */
function* graphemesOf(text: string): Generator<string> {
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of graphemes.segment(text)) yield segment;
}

/** What a terminal would act on instead of showing it is taken out: customer data is shown here. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
}

/** At least one character, so that wrapping comes to an end. */
function firstColumns(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const segment of graphemesOf(text)) {
    const more = widthOf(segment);
    if (taken !== '' && used + more > width) break;
    taken += segment;
    used += more;
  }
  return taken;
}
