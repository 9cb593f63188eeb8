/** The fenced YAML blocks of a page that are whole configurations: those that name a source. */
export function configurationsIn(page: string): string[] {
  return [...page.matchAll(/^( *)```ya?ml[^\n]*\n([\s\S]*?)^\1```/gm)]
    .map(([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
    .filter((block) => /^source:/m.test(block));
}
