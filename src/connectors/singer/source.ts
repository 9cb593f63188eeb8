import { basename } from 'node:path';
import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import type { RowData } from '../../core/records/record-reader.ts';
import { streamIn } from './catalog.ts';
import type { SingerConfig } from './config.ts';
import { fieldsOf } from './json-schema.ts';
import { type Catalog, createTapOpener, type OpenTap } from './open-tap.ts';
import { createTapReader, placeOf } from './tap-reader.ts';

/** Reads one stream of a Singer tap. The tap's state is our cursor. */
export function createSingerSource(options: SourceOptions<SingerConfig>): AuthoredSource<RowData> {
  const { config } = options;
  const openTap = createTapOpener(options);

  async function withTap<T>(work: (tap: OpenTap) => Promise<T>): Promise<T> {
    const tap = await openTap();
    try {
      return await work(tap);
    } finally {
      await tap.close();
    }
  }

  return {
    // A tap may give a record again whenever it has changed, and need not say when that was.
    readsAs: 'log',
    async *read(from, context) {
      const tap = await openTap();
      try {
        const place = placeOf(from);
        const catalog = await tap.catalog(context);
        const reader = createTapReader({ config, names: namesIn(catalog, config), from: place, context });
        for await (const message of tap.sync({ catalog, state: place?.state }, context)) {
          reader.take(message);
          if (reader.isPageFull()) yield reader.page();
        }
        yield reader.lastPage();
      } finally {
        await tap.close();
      }
    },
    async check(context) {
      return await withTap(async (tap) => {
        const catalog = await tap.catalog(context);
        const { tap_stream_id: id } = streamIn(catalog, config.stream);
        const reader = createTapReader({ config, names: namesIn(catalog, config), from: undefined, context });
        let first = 0;
        for await (const message of tap.sync({ catalog, state: undefined }, context)) {
          reader.take(message);
          first = reader.page().records.length;
          if (first > 0) break;
        }
        return {
          // Without its arguments, which may hold anything.
          identity: `${config.account}, read by ${basename(config.command[0] ?? '')}`,
          lines: [
            { ok: true, title: 'stream', detail: `${id} is in the catalog` },
            first > 0
              ? { ok: true, title: 'records', detail: 'the first one has a key' }
              : { ok: 'warning', title: 'records', detail: 'the tap ended well and gave none with a key' },
          ],
        };
      });
    },
    async discover(context) {
      return await withTap(async (tap) => {
        const { streams } = await tap.catalog(context);
        return streams.map(({ tap_stream_id: name, schema }) => ({ name, fields: fieldsOf(schema) }));
      });
    },
  };
}

function namesIn(catalog: Catalog, { stream: configured }: Pick<SingerConfig, 'stream'>): ReadonlySet<string> {
  const { tap_stream_id: id, stream } = streamIn(catalog, configured);
  return new Set([configured, id, stream ?? id]);
}
