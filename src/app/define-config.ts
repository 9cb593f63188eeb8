import type { z } from 'zod';
import type { NamedSource } from '../core/connector.ts';
import type { SourceRecord } from '../core/domain/record.ts';
import type { MappedUser } from '../mappers/mapper-function.ts';
import type { RecordData } from '../mappers/mapping.ts';
import type { configSchema } from './config-schema.ts';

/** The same shape as rolodesk.yaml, and a function that maps in code. */
export type RolodeskConfig<T = RecordData> = Omit<z.input<ReturnType<typeof configSchema>>, 'source'> & {
  readonly source: NamedSource;
  /**
   * Called for every record that the filter lets through, with the user that the mapping made of it. Returns the whole
   * user, or `{ skip: "reason" }`. Must be synchronous and pure. If it throws, that one record is rejected.
   */
  readonly mapper?: (record: SourceRecord<T>, mapped: MappedUser) => MappedUser | { readonly skip: string };
};

/** For rolodesk.config.ts: gives types, changes nothing. `${NAME}` works in its texts as in YAML. */
export function defineConfig<T = RecordData>(config: RolodeskConfig<T>): RolodeskConfig<T> {
  return config;
}
