/**
 * Distinguishes elements of the root's namespace, by their local names, from those of others (`x15:workbookPr`), which are undefined.
 * The parser could do it, and would make an object of every attribute: a third more time for a sheet.
 */
export function createNamespaces() {
  /** What each element has declared, from the root to where the parser is. */
  const declared: (Readonly<Record<string, string>> | undefined)[] = [];
  let root: string | undefined;

  function uriOf(prefix: string): string {
    for (let at = declared.length - 1; at >= 0; at -= 1) {
      const uri = declared[at]?.[prefix];
      if (uri !== undefined) return uri;
    }
    // Programs that declare none mean the usual ones.
    return prefix;
  }

  function ownName(name: string): string | undefined {
    const colon = name.indexOf(':');
    const uri = uriOf(colon < 0 ? '' : name.slice(0, colon));
    root ??= uri;
    return uri === root ? name.slice(colon + 1) : undefined;
  }

  return {
    open(name: string, attributes: Readonly<Record<string, string>>): string | undefined {
      declared.push(declarationsIn(attributes));
      return ownName(name);
    },
    close(name: string): string | undefined {
      const own = ownName(name);
      declared.pop();
      return own;
    },
  };
}

function declarationsIn(attributes: Readonly<Record<string, string>>): Record<string, string> | undefined {
  let found: Record<string, string> | undefined;
  for (const name in attributes)
    if (name.startsWith('xmlns')) found = { ...found, [name.slice('xmlns:'.length)]: attributes[name] ?? '' };
  return found;
}
