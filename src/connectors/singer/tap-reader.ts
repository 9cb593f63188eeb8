import { z } from 'zod';
import { defined } from '../../core/defined.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { ContractError } from '../../core/domain/errors.ts';
import type { Json } from '../../core/domain/json.ts';
import type { Cursor, Page, SourceRecord } from '../../core/domain/record.ts';
import type { RowData } from '../../core/records/record-reader.ts';
import type { SingerConfig } from './config.ts';
import type { Message } from './messages.ts';
import { createStreamReader } from './stream-reader.ts';
import { createTableVersion } from './table-version.ts';

/** Where the tap continues, and the version of the table that its records had so far. */
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
const minRecords = 100;
const maxRecords = 1000;

interface TapReaderOptions {
  readonly config: SingerConfig;
  /** What the stream goes by: catalogs have two names for one. */
  readonly names: ReadonlySet<string>;
  readonly from: Place | undefined;
  readonly context: CallContext;
}

/** Makes pages of messages. A state holds for all records before it, so a page may carry an earlier one, never a later. */
export function createTapReader({ config, names, from, context }: TapReaderOptions) {
  const passed = new Map<string, number>();
  const reader = createStreamReader(config, context);
  const version = createTableVersion(from?.version);
  let state = from?.state;
  let records: SourceRecord<RowData>[] = [];
  let isAtState = false;

  function take(message: Message): void {
    switch (message.type) {
      case 'STATE':
        state = message.value;
        isAtState = true;
        return;
      case 'SCHEMA':
        if (names.has(message.stream)) reader.takeSchema(message);
        return;
      case 'RECORD':
        if (!names.has(message.stream)) passed.set(message.stream, (passed.get(message.stream) ?? 0) + 1);
        else takeRecord(message.record, message.version ?? undefined);
        return;
      case 'ACTIVATE_VERSION':
        if (names.has(message.stream)) version.activate(message.version);
        return;
      case 'other':
        return takeOther(message.name, context);
      default:
        return message satisfies never;
    }
  }

  function takeRecord(row: RowData, itsVersion: number | undefined): void {
    records.push(...reader.read(row));
    version.takeRecord(itsVersion);
    isAtState = false;
  }

  function cursor(): Cursor {
    const last = version.current();
    return state === undefined ? null : { state, ...defined({ version: last }) };
  }

  return {
    take,
    isPageFull: () => records.length >= maxRecords || (isAtState && records.length >= minRecords),
    page(): Page<RowData> {
      const page = { records, cursor: cursor() };
      records = [];
      return page;
    },
    /** After the tap has ended well. */
    lastPage(): Page<RowData> {
      if (passed.size > 0) context.warn(passedOver(passed));
      if (!reader.hasSchema())
        context.warn({
          code: 'singer-nothing',
          message: `The tap ended well and said nothing of the stream ${config.stream}. Is it selected in source.catalog?`,
        });
      const isWhole = reader.end() && version.isWhole();
      return { records, cursor: cursor(), ...(isWhole && { whole: true }) };
    },
  };
}

function takeOther(name: string, { warn }: Pick<CallContext, 'warn'>): void {
  if (name === 'BATCH')
    throw new ContractError('The tap gives its records in files (BATCH), which are not read here.', {
      code: 'singer-batch',
      hint: 'Take batch_config out of source.config: then it gives them one by one.',
    });
  warn({ code: 'singer-message', message: `The tap gave messages that Singer does not have: ${name}.` });
}

function passedOver(passed: ReadonlyMap<string, number>) {
  const count = [...passed.values()].reduce((sum, one) => sum + one, 0);
  const message = `${count} records of other streams were passed over: ${[...passed.keys()].join(', ')}. Deselect them in source.catalog.`;
  return { code: 'singer-other-streams', message };
}
