import pg from 'pg';

/** A connection of a pool, or the pool: whatever runs a statement. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

/** With the driver's own types, whatever the pool reads otherwise: pg-boss counts on them. */
export async function query<R extends pg.QueryResultRow>(
  database: Queryable,
  text: string,
  values?: readonly unknown[],
): Promise<pg.QueryResult<R>> {
  return await database.query<R>({ text, types: pg.types, ...(values && { values: [...values] }) });
}
