/** Where in a YAML block somebody types: under which keys, and whether a key or a value. */
export interface YamlPlace {
  readonly kind: 'key' | 'value';
  /** The keys around it, outermost first. Of a value with its own key. */
  readonly path: readonly string[];
  /** What has been typed of it. */
  readonly typed: string;
  /** Offset at which that begins. */
  readonly from: number;
}

const keyPattern = /^(\s*)(?:- )?("(?:[^"\\]|\\.)*"|'[^']*'|[^\s:#'"{}[\],][^:#]*?)\s*:(?:\s|$)/;

/** Only what blocks are made of: within braces and brackets nothing is found. */
export function yamlPlaceAt(text: string, offset: number): YamlPlace | undefined {
  const lines = text.slice(0, offset).split('\n');
  const line = lines.pop() ?? '';
  if (/^\s*#/.test(line) || /\s#/.test(line)) return undefined;
  const pair = keyPattern.exec(line);
  if (pair) {
    const [whole, indent = '', key = ''] = pair;
    const value = line.slice(whole.length);
    if (/[{[]/.test(value)) return undefined;
    const typed = value.trimStart();
    return {
      kind: 'value',
      path: [...parentsOf(lines, indent.length), unquoted(key)],
      typed,
      from: offset - typed.length,
    };
  }
  const [, indent = '', dash = '', typed = ''] = /^(\s*)(- )?(\S*)$/.exec(line) ?? [];
  if (typed.length + indent.length + dash.length !== line.length || /[{[]/.test(typed)) return undefined;
  const path = parentsOf(lines, indent.length + (dash === '' ? 0 : 1));
  return { kind: dash === '' ? 'key' : 'value', path, typed, from: offset - typed.length };
}

/** The keys that a line with this indent belongs to. */
function parentsOf(lines: readonly string[], indent: number): readonly string[] {
  const path: string[] = [];
  let within = indent;
  for (const line of lines.toReversed()) {
    if (within === 0) break;
    const [, before = '', key = ''] = keyPattern.exec(line) ?? [];
    if (key === '' || before.length >= within) continue;
    path.unshift(unquoted(key));
    within = before.length;
  }
  return path;
}

function unquoted(key: string): string {
  return /^(["']).*\1$/.test(key) ? key.slice(1, -1) : key;
}
