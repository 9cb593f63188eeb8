import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { CallContext } from '../../core/domain/context.ts';
import { ConfigError, ContractError } from '../../core/domain/errors.ts';
import type { Json } from '../../core/domain/json.ts';
import type { Cursor, Page, SourceRecord } from '../../core/domain/record.ts';
import { createRecordReader, type RowData, type RowKeys } from '../../core/records/record-reader.ts';
import type { SingerConfig } from './config.ts';
import { isTime } from './json-schema.ts';
import type { Message, SchemaMessage } from './messages.ts';

/** Where the tap goes on, and the version of the table that its records had so far. */
const place = z.object({
  // It came from JSON.
  state: z.unknown().transform((value) => value as Json),
  version: z.number().optional(),
});
export type Place = z.output<typeof place>;

export function placeOf(from: Cursor | undefined): Place | undefined {
  return place.safeParse(from).data;
}

/** A page ends with a state that has so many records before it, or with so many records. */
const fewest = 100;
const most = 1000;

/** Makes pages of messages. A state holds for all records before it, so a page may carry an earlier one, never a later. */
export function createReading({
  config,
  names,
  from,
  context,
}: {
  readonly config: SingerConfig;
  /** What the stream goes by: catalogs have two names for one. */
  readonly names: ReadonlySet<string>;
  readonly from: Place | undefined;
  readonly context: CallContext;
}) {
  const passed = new Map<string, number>();
  let reader: ReturnType<typeof createRecordReader> | undefined;
  let keys: RowKeys | undefined;
  let state = from?.state;
  let records: SourceRecord<RowData>[] = [];
  let isAtState = false;

  // What decides whether everything was seen: see `lastPage`.
  let seen = 0;
  let version: number | undefined;
  let isComplete = false;
  let isPure = true;

  function take(message: Message): void {
    switch (message.type) {
      case 'STATE':
        state = message.value;
        isAtState = true;
        return;
      case 'SCHEMA':
        if (names.has(message.stream)) takeKeys(keysOf(config, message));
        return;
      case 'RECORD':
        if (!names.has(message.stream)) passed.set(message.stream, (passed.get(message.stream) ?? 0) + 1);
        else add(message.record, message.version ?? undefined);
        return;
      case 'ACTIVATE_VERSION':
        if (!names.has(message.stream)) return;
        takeVersion(message.version);
        isComplete = true;
        return;
      case 'other':
        return takeOther(message.name);
      default:
        return message satisfies never;
    }
  }

  /** Taps say a SCHEMA again and again: only where the key is another now do its rows count by themselves. */
  function takeKeys(next: RowKeys): void {
    if (reader && isDeepStrictEqual(next, keys)) return;
    if (reader?.end() === false) isPure = false;
    keys = next;
    reader = createRecordReader(next, context);
  }

  function add(row: RowData, itsVersion: number | undefined): void {
    if (!reader)
      throw new ContractError(`The tap: a record of ${config.stream} came before its SCHEMA.`, {
        code: 'singer-no-schema',
        hint: 'This is a fault of the tap: report it to its author.',
      });
    if (itsVersion !== undefined) takeVersion(itsVersion);
    seen += 1;
    isComplete = false;
    isAtState = false;
    const { found } = reader.read([row]);
    // How taps that read a log of changes report a row that is gone.
    const isGone = row._sdc_deleted_at !== undefined && row._sdc_deleted_at !== null;
    for (const record of found) records.push(isGone ? { ...record, state: 'deleted' } : record);
  }

  function takeVersion(next: number): void {
    if (seen > 0 && version !== undefined && next !== version) isPure = false;
    version = next;
  }

  function takeOther(name: string): void {
    if (name === 'BATCH')
      throw new ContractError('The tap gives its records in files (BATCH), which are not read here.', {
        code: 'singer-batch',
        hint: 'Take batch_config out of source.config: then it gives them one by one.',
      });
    context.warn({ code: 'singer-message', message: `The tap gave messages that Singer does not have: ${name}.` });
  }

  function cursor(): Cursor {
    const last = version ?? from?.version;
    return state === undefined ? null : { state, ...(last !== undefined && { version: last }) };
  }

  return {
    take,
    isPageFull: () => records.length >= most || (isAtState && records.length >= fewest),
    page(): Page<RowData> {
      const page = { records, cursor: cursor() };
      records = [];
      return page;
    },
    /** After the tap has ended well. */
    lastPage(): Page<RowData> {
      if (passed.size > 0) context.warn(passedOver(passed));
      if (!reader)
        context.warn({
          code: 'singer-nothing',
          message: `The tap ended well and said nothing of the stream ${config.stream}. Is it selected in source.catalog?`,
        });
      // An activation that nothing follows: the version is complete, and what it does not have is gone. Where an earlier read
      // began the version, its other records are not among ours. One that no record came before says less: a log without
      // changes has one, and so has a start date in the future.
      const isNew = version !== from?.version;
      const hasKeys = reader?.end() ?? true;
      const isWhole = hasKeys && isComplete && isPure && isNew && seen > 0;
      return { records, cursor: cursor(), ...(isWhole && { whole: true }) };
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
    ...(updatedAt !== undefined && { updatedAt }),
    ...(parent !== undefined && { parent }),
    ...(inactive && { inactive }),
    ...(deleted && { deleted }),
  };
}

function passedOver(passed: ReadonlyMap<string, number>) {
  const count = [...passed.values()].reduce((sum, one) => sum + one, 0);
  const message = `${count} records of other streams were passed over: ${[...passed.keys()].join(', ')}. Deselect them in source.catalog.`;
  return { code: 'singer-other-streams', message };
}
