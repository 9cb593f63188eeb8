import { maxRowCharacters } from '../cells.ts';
import type { XmlHandlers } from './xml.ts';

/** The text of an `si` or `is` element: its runs joined, without the readings (`rPh`) of East Asian characters. */
export function createTextReader(): Required<XmlHandlers> & { take(): string } {
  let text = '';
  let isText = false;
  let phonetic = 0;
  return {
    open(name) {
      if (name === 'rPh') phonetic += 1;
      isText = name === 't' && phonetic === 0;
    },
    text(more) {
      if (isText) text += more;
      if (text.length > maxRowCharacters) throw new Error(`a text holds more than ${maxRowCharacters} characters`);
    },
    close(name) {
      if (name === 't') isText = false;
      if (name === 'rPh') phonetic -= 1;
    },
    take() {
      const taken = unescaped(text);
      text = '';
      return taken;
    },
  };
}

/** `_x000D_` is the character of that number, which XML may not hold (ECMA-376, 22.9.2.19); `_x005F_` an underscore. */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text
    .replaceAll(/_x([\da-fA-F]{4})_/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .toWellFormed();
}
