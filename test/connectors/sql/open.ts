import { sql } from '../../../src/connectors/sql/index.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { CallContext } from '../../../src/core/domain/context.ts';
import type { Cursor, Page } from '../../../src/core/domain/record.ts';
import { createMemoryCredentials } from '../../../src/testing/index.ts';
import { createContext, quiet } from '../../kit/ports.ts';

/** A source of this connector, and all that it says. */
export function opened(config: Readonly<Record<string, unknown>>, folder = '.') {
  const { context, warnings } = createContext();
  const reported: string[] = [];
  const source = sql.configure({ connector: 'sql', ...config }).createSource({
    folder,
    stdin: process.stdin,
    clock: systemClock,
    log: quiet,
    credentials: createMemoryCredentials(),
    onSecret: (secret) => reported.push(secret),
  });
  return {
    source,
    warnings,
    reported,
    context,
    within: (signal: CallContext['signal']): CallContext => ({ ...context, signal }),
    read: (from?: Cursor): Promise<Page[]> => Array.fromAsync(source.read(from, context)),
  };
}

export const keysOf = (pages: readonly Page[]): string[] =>
  pages.flatMap(({ records }) => records.map(({ key }) => key));
export const dataOf = (pages: readonly Page[]): unknown[] =>
  pages.flatMap(({ records }) => records.map(({ data }) => data));
/** As it comes back from the state file. */
export const endOf = (pages: readonly Page[]): Cursor => JSON.parse(JSON.stringify(pages.at(-1)?.cursor ?? null));
