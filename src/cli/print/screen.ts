import { wrapText } from '../format/text-layout.ts';
import { visible, visibleWithStyle } from '../format/visible.ts';
import { columnsOf } from '../terminal.ts';

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/**
 * Text as a stream is given it: nothing in it acts on a terminal but our own style. On a terminal lines are broken between
 * words; elsewhere they stay as they are, so that they can be searched.
 */
export function textFor(stream: Stream, text: string, { isStyled }: { readonly isStyled: boolean }): string {
  const shown = isStyled ? visibleWithStyle(text) : visible(text);
  return stream.isTTY === true ? wrapText(shown, columnsOf(stream)) : shown;
}

/** A message, with a line end. */
export function say(stream: Stream, text: string, { isStyled = false }: { readonly isStyled?: boolean } = {}): void {
  stream.write(`${textFor(stream, text, { isStyled })}\n`);
}
