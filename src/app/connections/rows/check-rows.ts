import { closestMatch } from '../../../core/config/closest-match.ts';
import { readVariable } from '../../../core/config/interpolate-env.ts';
import { ConfigError, type KeyProblem } from '../../../core/domain/errors.ts';
import type { Host } from '../../host.ts';
import { factsOf, type PipelineFacts } from '../../service/catalog/facts.ts';
import { createFit } from '../../service/catalog/fit-together.ts';
import { readSettings } from '../../settings.ts';
import type { Cell, TableRow } from './read-table.ts';
import { labelOf } from './row.ts';
import { nameVariable, type Template } from './template.ts';

/** A row that makes a valid configuration of its template. */
export interface CheckedRow {
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  readonly facts: PipelineFacts;
}

/** A list that is longer is corrected from its beginning. */
const maxListed = 20;

/**
 * Reads every row with its template, and throws ConfigError with what is wrong, each with its line and column. Nothing is
 * stored unless all rows are good.
 */
export async function checkRows(
  template: Template,
  table: readonly TableRow[],
  host: Host,
): Promise<readonly CheckedRow[]> {
  const [first] = table;
  if (!first) throw new ConfigError('There are no rows to import.', { code: 'import-invalid' });
  const problems = table.flatMap((row) => columnProblems(row, template, host));
  const checked: CheckedRow[] = [];
  const fit = createFit();
  const places = new Map<string, string>();
  if (problems.length === 0)
    for (const row of table) {
      const found = await checkRow(row, { template, host });
      if (Array.isArray(found)) {
        problems.push(...found);
        continue;
      }
      const earlier = places.get(found.name);
      const conflict =
        earlier === undefined
          ? fit.add(labelOf(found.name), found.facts)?.message
          : `the name ${found.name} is that of ${earlier}, too`;
      if (conflict !== undefined) problems.push(`${row.place}: ${conflict}`);
      places.set(found.name, row.place);
      checked.push(found);
    }
  if (problems.length > 0) throw importError(problems);
  return checked;
}

/** Columns that the template does not have, variables that have no column, and cells without a value. */
function columnProblems({ cells, place }: TableRow, { name, variables }: Template, { env }: Host): string[] {
  const known = [nameVariable, ...variables.keys()];
  const unknown = [...cells].filter(([column]) => !known.includes(column));
  const missing = known.filter((column) => !cells.has(column) && (column === nameVariable || isUnset(env, column)));
  const empty = [...cells].filter(([column, { value }]) => known.includes(column) && value === '');
  return [
    ...unknown.map(([column, cell]) => `${cell.place}: ${unknownColumn(column, { name, known })}`),
    ...missing.map((column) =>
      column === nameVariable
        ? `${place}: there is no column ${nameVariable}, which names the connection`
        : `${place}: there is no column ${column}, and the environment has no such variable: ${name} uses it`,
    ),
    ...empty.map(([, cell]) => `${cell.place}: is empty`),
  ];
}

function isUnset(env: Host['env'], variable: string): boolean {
  return 'problem' in readVariable(env, variable);
}

function unknownColumn(
  column: string,
  { name, known }: { readonly name: string; readonly known: readonly string[] },
): string {
  const near = closestMatch(column, known);
  const advice = near === undefined ? `it has ${known.slice(1).join(', ') || 'none'}` : `did you mean ${near}?`;
  return `the template ${name} has no variable \${${column}}; ${advice}`;
}

async function checkRow(
  { cells, place }: TableRow,
  { template, host }: { readonly template: Template; readonly host: Host },
): Promise<CheckedRow | string[]> {
  const values = Object.fromEntries(
    Array.from(cells, ([column, { value }]) => [column, value]).filter(([column]) => column !== nameVariable),
  );
  const name = cells.get(nameVariable)?.value ?? '';
  const { path, text } = template;
  try {
    const settings = await readSettings({ asked: path, text, row: { name, values }, host });
    return { name, values, facts: factsOf(settings) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (error.problems.length === 0) return [`${place}: ${error.message}`];
    return error.problems.map((problem) => placedProblem(problem, { cells, place, template }));
  }
}

/** Where a value of the row is wrong, the place is its cell; else the row, with the key of the template. */
function placedProblem(
  { path, message }: KeyProblem,
  { cells, place, template }: Pick<TableRow, 'cells' | 'place'> & { readonly template: Template },
): string {
  const cell = cellAt(path, { cells, template });
  const key = path.join('.');
  return cell ? `${cell.place}: ${key}: ${message}` : `${place}: ${template.name}: ${key}: ${message}`;
}

function cellAt(
  path: readonly PropertyKey[],
  { cells, template }: Pick<TableRow, 'cells'> & { readonly template: Template },
): Cell | undefined {
  const inKey = [...template.variables.values()].find(({ paths }) => paths.some((at) => beginsWith(at, path)));
  return inKey && cells.get(inKey.name);
}

function beginsWith(path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean {
  return start.length > 0 && start.every((part, at) => String(path[at]) === String(part));
}

function importError(problems: readonly string[]): ConfigError {
  const more = problems.length - maxListed;
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  const lines = [...problems.slice(0, maxListed), ...(more > 0 ? [`… and ${more} more`] : [])];
  return new ConfigError(`Nothing was imported. There is ${count}:\n${lines.map((line) => `  ${line}`).join('\n')}`, {
    code: 'import-invalid',
  });
}
