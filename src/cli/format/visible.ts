/** What a terminal acts on instead of showing it: control characters, line separators, and marks that turn the direction of text. */
const acting = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
/** What our own style is made of, see `styleFor`. */
const ownStyle = new RegExp(`(${'\u001b'}\\[(?:0|1|2|31|32|33)m)`);

/** One line of text from elsewhere, such as a key or a name, with an escape such as `\u001b` in place of what would act. */
export function visibleLine(text: string): string {
  return text.replaceAll(acting, escaped);
}

/** Text for a terminal that may have several lines. JSON stays the same JSON. */
export function visible(text: string): string {
  return text.replaceAll(acting, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

/** As `visible`, for text that was styled by us. */
export function visibleWithStyle(text: string): string {
  return text
    .split(ownStyle)
    .map((part, index) => (index % 2 === 1 ? part : visible(part)))
    .join('');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
