import type { CustomerSearch } from './review-store.ts';

/** Tables that know a customer, each with the condition under which it has one that is looked for. */
export function customerConditions(search: CustomerSearch): readonly {
  readonly table: 'links' | 'dead_letters' | 'pending';
  /** With `?` for each of `values`. */
  readonly condition: string;
  readonly values: readonly string[];
}[] {
  if (search.kind === 'all') return tables.map((table) => ({ table, condition: 'TRUE', values: [] }));
  const { kind, text } = search;
  const isText = kind === 'text';
  // As it stands in JSON.
  const part = `%${escaped(JSON.stringify(text.toLowerCase()).slice(1, -1))}%`;
  const like = (column: string): string => `lower(${column}) LIKE ? ESCAPE '!'`;
  return [
    {
      table: 'links',
      condition: `key = ? OR destination_id = ?${isText ? ` OR ${like('sent')}` : ''}`,
      values: [text, text, ...(isText ? [part] : [])],
    },
    {
      table: 'dead_letters',
      condition: `key = ?${isText ? ` OR ${like('record')}` : ''}`,
      values: [text, ...(isText ? [part] : [])],
    },
    {
      table: 'pending',
      condition: `key = ?${isText ? ` OR ${like('record')}` : ''}`,
      values: [text, ...(isText ? [part] : [])],
    },
  ];
}

const tables = ['links', 'dead_letters', 'pending'] as const;

function escaped(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&');
}

/** What stands in the changes of a write that deleted its user. Within a text of theirs, the quotes would be escaped. */
export const deletionPatterns = ['%"active":[true,false]%', '%"active":[null,false]%'] as const;
