/** Letters of a monospaced font: width and height of one, in pixels. */
const letter = { width: 7.8, height: 18 };
const columns = 100;
const margin = 16;
/** Between the appearance of a line and the next one. A title takes its time. */
const lineSeconds = 0.12;
const titleSeconds = 0.9;

interface Part {
  readonly text: string;
  /** What it is painted with: `1` bold, `2` dim, `31` red, `32` green, `33` yellow. */
  readonly paint: string;
}

/** An animated SVG of a terminal: what was typed, then what came, line by line. It plays once and stays. */
export function recordingOf({ command, output }: { readonly command: string; readonly output: string }): string {
  const lines = [`$ ${command}`, ...output.replaceAll('\r', '').trimEnd().split('\n')].flatMap(wrapped);
  const height = Math.ceil(lines.length * letter.height + 2 * margin);
  const width = Math.ceil(columns * letter.width + 2 * margin);
  let seconds = 0;
  const rows = lines.map((parts, index) => {
    seconds += /^\d\. /.test(textOf(parts)) ? titleSeconds : lineSeconds;
    const y = margin + (index + 1) * letter.height - 4;
    const spans = parts.map(({ text, paint }) => `<tspan class="p${paint}">${escaped(text)}</tspan>`).join('');
    return `<text x="${margin}" y="${y}" xml:space="preserve" style="animation-delay:${seconds.toFixed(2)}s">${spans}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="A terminal that runs ${escaped(command)}">
<style>
text { font: 13px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d8dee9; opacity: 0; animation: shown 0.2s forwards; }
@keyframes shown { to { opacity: 1; } }
@media (prefers-reduced-motion: reduce) { text { opacity: 1; animation: none; } }
.p1 { font-weight: bold; fill: #fff; } .p2 { fill: #8b95a7; } .p31 { fill: #ff7b72; } .p32 { fill: #7ee787; } .p33 { fill: #e3b341; }
</style>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
${rows.join('\n')}
</svg>
`;
}

/** The text of a recording, a line to each of the terminal's. */
export function textOfRecording(svg: string): string {
  return [...svg.matchAll(/<text [^>]*>(.*?)<\/text>/g)]
    .map(([, spans = '']) => spans.replaceAll(/<[^>]*>/g, ''))
    .join('\n')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

const escapeCode = String.fromCharCode(27);

/** A line of a terminal as parts of one paint each, folded where the terminal folds it. */
function wrapped(line: string): readonly (readonly Part[])[] {
  const rows: Part[][] = [[]];
  let paint = '';
  let column = 0;
  for (const piece of line.split(escapeCode)) {
    // What an escape begins with is the code of a paint.
    const [, code = '', text = piece] = /^\[(\d*)m(.*)$/.exec(piece) ?? [];
    if (text !== piece) paint = code === '0' ? '' : code;
    for (let rest = text; rest !== ''; ) {
      const taken = rest.slice(0, columns - column);
      rows.at(-1)?.push({ text: taken, paint });
      rest = rest.slice(taken.length);
      column += taken.length;
      if (rest === '') break;
      rows.push([]);
      column = 0;
    }
  }
  return rows;
}

function textOf(parts: readonly Part[]): string {
  return parts.map(({ text }) => text).join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
