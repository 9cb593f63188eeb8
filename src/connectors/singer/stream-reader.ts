import { isDeepStrictEqual } from 'node:util';
import { defined } from '../../core/defined.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { ConfigError, ContractError } from '../../core/domain/errors.ts';
import type { SourceRecord } from '../../core/domain/record.ts';
import { createRecordReader, type RowData, type RowKeys } from '../../core/records/record-reader.ts';
import type { SingerConfig } from './config.ts';
import { isTime } from './json-schema.ts';
import type { SchemaMessage } from './messages.ts';

/** Makes records of the rows of one stream, whose SCHEMA says what their key is. */
export function createStreamReader(config: SingerConfig, context: CallContext) {
  let reader: ReturnType<typeof createRecordReader> | undefined;
  let keys: RowKeys | undefined;
  let hadKeys = true;

  return {
    hasSchema: (): boolean => reader !== undefined,
    /** Taps say a SCHEMA again and again: only where the key is another now do its rows count by themselves. */
    takeSchema(message: SchemaMessage): void {
      const next = keysOf(config, message);
      if (reader && isDeepStrictEqual(next, keys)) return;
      if (reader?.end() === false) hadKeys = false;
      keys = next;
      reader = createRecordReader(next, context);
    },
    /** Nothing for a row without a key. Throws ContractError for a row before the first SCHEMA. */
    read(row: RowData): readonly SourceRecord<RowData>[] {
      if (!reader)
        throw new ContractError(`The tap: a record of ${config.stream} came before its SCHEMA.`, {
          code: 'singer-no-schema',
          hint: 'This is a fault of the tap: report it to its author.',
        });
      const { found } = reader.read([row]);
      // How taps that read a log of changes report a row that is gone.
      const isGone = row._sdc_deleted_at !== undefined && row._sdc_deleted_at !== null;
      return isGone ? found.map((record) => ({ ...record, state: 'deleted' })) : found;
    },
    /** After the last row. True when every row had a key. */
    end(): boolean {
      const hasKeys = reader?.end() ?? true;
      return hadKeys && hasKeys;
    },
  };
}

/** Throws ConfigError where nothing says what a record's key is. */
function keysOf(config: SingerConfig, message: SchemaMessage): RowKeys {
  const { key = message.key_properties ?? [], parent, inactive, deleted } = config;
  const properties = message.schema.properties ?? {};
  if (key.length === 0)
    throw new ConfigError(`source.key: the tap names no key_properties for ${config.stream}.`, {
      code: 'singer-key',
      hint: `Say which property is the key. There are ${Object.keys(properties).join(', ') || 'none in its schema'}.`,
    });
  const [bookmark] = message.bookmark_properties ?? [];
  const updatedAt = config.updatedAt ?? (bookmark !== undefined && isTime(properties[bookmark]) ? bookmark : undefined);
  return {
    key,
    ...defined({ updatedAt, parent, inactive, deleted }),
  };
}
