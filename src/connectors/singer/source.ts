import { basename, resolve } from 'node:path';
import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import type { CallContext } from '../../core/domain/context.ts';
import type { Json } from '../../core/domain/json.ts';
import type { RowData } from '../../core/records/record-reader.ts';
import { createRedactor } from '../../core/redaction/redact.ts';
import { parseCatalog, readCatalog, selectIn, streamIn } from './catalog.ts';
import type { SingerConfig } from './config.ts';
import { fieldsOf } from './json-schema.ts';
import { type Message, parseMessage } from './messages.ts';
import { openTapFiles, type TapFiles } from './tap-files.ts';
import { captureOutput, runTap, type TapOptions } from './tap-process.ts';
import { createReading, placeOf } from './tap-reader.ts';

type Catalog = ReturnType<typeof parseCatalog>;

/** Reads one stream of a Singer tap. The tap's state is our cursor. */
export function createSingerSource(options: SourceOptions<SingerConfig>): AuthoredSource<RowData> {
  const { config, folder, clock } = options;
  const redactor = createRedactor([]);
  const onSecret = (secret: string): void => {
    redactor.add(secret);
    options.onSecret(secret);
  };
  let known: Catalog | undefined;

  const tap = (args: readonly string[]): TapOptions => ({
    command: [...config.command, ...args],
    folder,
    env: { ...options.childEnvironment, ...config.env },
    clock,
    timeoutMs: config.timeout * 1000,
    redact: redactor.redact,
  });

  async function catalogOf(files: TapFiles, context: CallContext): Promise<Catalog> {
    if (config.catalog !== 'auto') return await readCatalog(config, folder);
    known ??= parseCatalog(
      await captureOutput(tap(['--config', files.config, '--discover']), context),
      'What the tap gave for --discover',
    );
    return known;
  }

  async function withFiles<T>(work: (files: TapFiles) => Promise<T>): Promise<T> {
    const files = await openTapFiles({ ...options, onSecret });
    try {
      return await work(files);
    } finally {
      await files.close();
    }
  }

  /** What the tap says of a sync that goes on from a state. */
  async function* messages(
    state: Json | undefined,
    catalog: Catalog,
    files: TapFiles,
    context: CallContext,
  ): AsyncGenerator<Message> {
    const path =
      config.catalog === 'auto'
        ? await files.write('catalog', selectIn(catalog, config))
        : resolve(folder, config.catalog);
    const args = ['--config', files.config, '--catalog', path];
    if (state !== undefined) args.push('--state', await files.write('state', state));
    for await (const { text, number } of runTap(tap(args), context)) yield parseMessage(text, number);
  }

  return {
    // A tap may give a record again whenever it has changed, and need not say when that was.
    readsAs: 'log',
    async *read(from, context) {
      const files = await openTapFiles({ ...options, onSecret });
      try {
        const place = placeOf(from);
        const catalog = await catalogOf(files, context);
        const reading = createReading({ config, names: namesIn(catalog), from: place, context });
        for await (const message of messages(place?.state, catalog, files, context)) {
          reading.take(message);
          if (reading.isPageFull()) yield reading.page();
        }
        yield reading.lastPage();
      } finally {
        await files.close();
      }
    },
    async check(context) {
      return await withFiles(async (files) => {
        const catalog = await catalogOf(files, context);
        const found = streamIn(catalog, config.stream);
        const reading = createReading({ config, names: namesIn(catalog), from: undefined, context });
        let first = 0;
        for await (const message of messages(undefined, catalog, files, context)) {
          reading.take(message);
          first = reading.page().records.length;
          if (first > 0) break;
        }
        return {
          // Without its arguments, which may hold anything.
          identity: `${config.account}, read by ${basename(config.command[0] ?? '')}`,
          lines: [
            { ok: true, title: 'stream', detail: `${found.tap_stream_id} is in the catalog` },
            first > 0
              ? { ok: true, title: 'records', detail: 'the first one has a key' }
              : { ok: 'warning', title: 'records', detail: 'the tap ended well and gave none with a key' },
          ],
        };
      });
    },
    async discover(context) {
      return await withFiles(async (files) => {
        const { streams } = await catalogOf(files, context);
        return streams.map(({ tap_stream_id: name, schema }) => ({ name, fields: fieldsOf(schema) }));
      });
    },
  };

  function namesIn(catalog: Catalog): ReadonlySet<string> {
    const { tap_stream_id: id, stream } = streamIn(catalog, config.stream);
    return new Set([config.stream, id, stream ?? id]);
  }
}
