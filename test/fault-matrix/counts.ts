import { cells } from './cases/cases.ts';
import { endpoints } from './cases/endpoints.ts';
import { groups } from './matrix.ts';

const moments = ['before', 'during', 'after', 'lasting'] as const;

/** The counts of the matrix as docs/reliability.md has them: by group, and by endpoint and moment. Taken from its tables. */
export function countsAsMarkdown(): string {
  const sizes = groups.map(({ title, cases }) => [title, cases.length] as const);
  const sum = sizes.reduce((total, [, count]) => total + count, 0);
  const byGroup = table(['what goes wrong', 'cases'], [...sizes, ['**all**', `**${sum}**`]]);
  const byEndpoint = table(['endpoint', 'kinds', ...moments], Object.keys(endpoints).map(countsOf));
  return `${byGroup}\n\n${byEndpoint}\n`;
}

function countsOf(name: string): readonly (string | number)[] {
  const own = cells.filter(({ endpoint }) => endpoint === name);
  const kinds = new Set(own.map(({ kind }) => kind)).size;
  return [`\`${name}\``, kinds, ...moments.map((when) => own.filter((cell) => cell.when === when).length || '–')];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (parts: readonly (string | number)[]): string => `| ${parts.join(' | ')} |`;
  const ruler = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, ruler, ...rows].map(line).join('\n');
}
