/** A line of a text that is read in pieces, from 1. `long`: it has more letters than are kept. */
export type TextLine =
  | { readonly kind: 'line'; readonly text: string; readonly number: number }
  | { readonly kind: 'long'; readonly number: number };

/** Splits pieces of text into lines, in time that grows with their length alone and memory for one line. */
export async function* linesOf(pieces: AsyncIterable<string>, maxLength: number): AsyncGenerator<TextLine> {
  let text = '';
  let isLong = false;
  let number = 0;

  function keep(part: string): void {
    isLong ||= text.length + part.length > maxLength;
    text = isLong ? '' : text + part;
  }

  function line(): TextLine {
    number += 1;
    const found: TextLine = isLong ? { kind: 'long', number } : { kind: 'line', text, number };
    text = '';
    isLong = false;
    return found;
  }

  for await (const piece of pieces) {
    const [first = '', ...more] = piece.split('\n');
    keep(first);
    for (const next of more) {
      yield line();
      keep(next);
    }
  }
  if (text !== '' || isLong) yield line();
}
