import { ConfigError } from '../../core/domain/errors.ts';
import type { SqlConfig } from './config.ts';
import { quoted } from './query.ts';
import type { Column } from './session.ts';

/** Throws ConfigError for a column that the query does not have, or has twice. */
export function checkColumns(config: SqlConfig, columns: readonly Column[]): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ConfigError(`source.query: two columns are named ${twice}.`, {
      code: 'sql-column',
      hint: `Name one of them otherwise: SELECT … AS other.`,
    });
  }
  const wanted = [
    ...[config.key].flat().map((name) => ['key', name] as const),
    ...(['updatedAt', 'parent', 'incremental'] as const).map((where) => [where, config[where]] as const),
    ...(['inactive', 'deleted'] as const).map((where) => [`${where}.path`, config[where]?.path] as const),
  ];
  for (const [where, name] of wanted) {
    // A column may hold a document, of which a part is meant.
    if (name === undefined || names.includes(name) || (isPath(where) && names.includes(name.split('.')[0] ?? '')))
      continue;
    throw new ConfigError(`source.${where}: the query has no column ${name}.`, {
      code: 'sql-column',
      hint: `It has ${names.join(', ')}. Capitals count.`,
    });
  }
}

function isPath(where: string): boolean {
  return where !== 'key' && where !== 'incremental';
}

/** Rows of one key come one after another, which is how they are recognised. */
export function orderOf({ key, incremental }: SqlConfig): string {
  const names = [...(incremental === undefined ? [] : [incremental]), ...[key].flat()];
  return [...new Set(names)].map((name) => `q.${quoted(name)}`).join(', ');
}
