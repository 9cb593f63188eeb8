import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** Every document, by its path from the root. */
export const pages: readonly string[] = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: root }).sort();

export function textOfPage(page: string): string {
  return readFileSync(resolve(root, page), 'utf8');
}

export interface Shown {
  readonly command: string;
  readonly exit: number;
  /** As the document has them, without the `…` for what is left out. */
  readonly lines: readonly string[];
}

/** What a page's console blocks say that commands print: `$ rolodesk … # exit N`, then its output. */
export function shownIn(page: string): readonly Shown[] {
  return [...textOfPage(page).matchAll(/^```console\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part): Shown => {
        const [first = '', ...rest] = part.split('\n');
        const [command = '', exit = '0'] = first.split(/ # exit /);
        return { command, exit: Number(exit), lines: rest.filter((line) => line !== '' && line !== '…') };
      }),
  );
}
