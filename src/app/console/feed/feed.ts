import type { Clock } from '../../../core/clock.ts';
import { RolodeskError } from '../../../core/domain/errors.ts';
import { toJson } from '../../../core/domain/json.ts';
import type { Logger } from '../../../core/domain/log.ts';
import type { ReplyStream } from '../../../core/service/route.ts';
import type { ConsoleStore, StoredEvent } from '../../../core/state/console/console-store.ts';
import type { Role } from '../api/endpoint.ts';
import type { ConsoleEvent } from '../api/index.ts';
import { Refusal } from '../refusal.ts';
import { eventText } from './event-text.ts';

/**
 * What happens, for whoever watches. Events are rows in the state that all workers share, with ids that grow: a stream that
 * breaks goes on at another worker where it was.
 */
export interface Feed {
  /** Never rejects: who watches asks again anyway. */
  publish(events: readonly ConsoleEvent[]): Promise<void>;
  /** Sends what comes until the reader has gone. Throws Refusal where there are too many streams. */
  stream(out: ReplyStream, reader: Reader): Promise<void>;
  /** Throws Refusal where there are too many streams: before a reply has begun. */
  assertRoom(reader: Reader): void;
  streams(): number;
  close(): Promise<void>;
}

export interface Reader {
  readonly role: Role;
  /** One person's streams are counted together. */
  readonly name: string;
  /** The header of this name. */
  readonly lastEventId: string | undefined;
}

interface Stream {
  readonly out: ReplyStream;
  readonly reader: Reader;
  /** The last id that it was sent. Infinity: it is still catching up by itself. */
  last: number;
}

const pollMs = 500;
/** Something must come now and then: proxies end what is silent. */
const heartbeatMs = 15_000;
const pageSize = 500;
/** Whoever has missed more is told to ask for everything again. */
const maxBacklog = 2_000;
const maxStreams = 40;
const maxStreamsEach = 8;
/** A reader that takes nothing is let go. */
const maxPendingBytes = 1_048_576;

export function createFeed(ports: Ports): Feed {
  const { store, log } = ports;
  const streams = new Set<Stream>();
  const poller = createPoller(ports, streams);

  function assertRoom({ name }: Reader): void {
    const own = [...streams].filter(({ reader }) => reader.name === name).length;
    if (streams.size < maxStreams && own < maxStreamsEach) return;
    throw new Refusal(503, 'too-many-streams', 'Too many pages are open.', 'Close some of them.');
  }

  return {
    async publish(events) {
      try {
        await store.addEvents(events.map(toJson));
      } catch (error) {
        if (!(error instanceof RolodeskError)) throw error;
        log.warn({ reason: error.message }, 'an event of the console could not be kept');
      }
    },
    assertRoom,
    async stream(out, reader) {
      assertRoom(reader);
      // Its place is taken at once: others may come while it begins.
      const stream: Stream = { out, reader, last: Number.POSITIVE_INFINITY };
      streams.add(stream);
      try {
        const { from, isReset } = await beginning(store, reader);
        out.send(`retry: 2000\nid: ${from}\n\n`);
        if (isReset) out.send(eventText(from, { kind: 'reset' }) ?? '');
        await catchUp(stream, store, from);
        await poller.until(out.signal);
      } finally {
        streams.delete(stream);
      }
    },
    streams: () => streams.size,
    close: poller.close,
  };
}

interface Ports {
  readonly store: ConsoleStore;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Asks for what is new: one for all streams of this process, and only while there are some. */
function createPoller({ store, clock, log }: Ports, streams: ReadonlySet<Stream>) {
  let stopped = new AbortController();
  let polling: Promise<void> | undefined;

  async function poll(): Promise<void> {
    const { signal } = stopped;
    let beatAt = clock.elapsed();
    while (streams.size > 0 && !signal.aborted) {
      // From whoever is furthest behind: to the others nothing is sent twice.
      const after = Math.min(...Array.from(streams, ({ last }) => last));
      const events = Number.isFinite(after) ? await store.events({ after, limit: pageSize }) : [];
      for (const stream of streams) sendAll(stream, events);
      if (clock.elapsed() - beatAt >= heartbeatMs) {
        beatAt = clock.elapsed();
        for (const { out } of streams) out.send(': still here\n\n');
      }
      if (events.length < pageSize) await clock.sleep(pollMs, signal).catch(() => undefined);
    }
  }

  function start(): void {
    polling ??= poll()
      .catch((error: unknown) => {
        const known = error instanceof RolodeskError;
        log.error({ reason: known ? error.message : 'an internal error' }, 'the events of the console cannot be read');
        // Their browsers come again.
        stopped.abort(new Error('The events cannot be read.'));
        stopped = new AbortController();
      })
      .finally(() => {
        polling = undefined;
        if (streams.size > 0 && !stopped.signal.aborted) start();
      });
  }

  return {
    /** Resolves when the reader has gone, or there is nothing more to come. */
    async until(gone: AbortSignal): Promise<void> {
      const { signal } = stopped;
      start();
      await ended(gone, signal);
    },
    async close(): Promise<void> {
      stopped.abort(new Error('The service stops.'));
      await polling;
    },
  };
}

/** Where a stream begins: behind what its reader has seen, where that is known and not too long ago. */
async function beginning(
  store: ConsoleStore,
  { lastEventId }: Reader,
): Promise<{ readonly from: number; readonly isReset: boolean }> {
  const { oldest, newest } = await store.eventRange();
  if (lastEventId === undefined) return { from: newest, isReset: false };
  const seen = /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : -1;
  const isKnown = seen >= 0 && seen <= newest && seen + 1 >= oldest && newest - seen <= maxBacklog;
  return isKnown ? { from: seen, isReset: false } : { from: newest, isReset: true };
}

async function catchUp(stream: Stream, store: ConsoleStore, from: number): Promise<void> {
  const own = { ...stream, last: from };
  for (;;) {
    const events = await store.events({ after: own.last, limit: pageSize });
    sendAll(own, events);
    if (events.length === pageSize) continue;
    // From now on the others' reading is enough for it, too.
    stream.last = own.last;
    return;
  }
}

function sendAll(stream: Stream, events: readonly StoredEvent[]): void {
  const { out, reader } = stream;
  if (out.signal.aborted) return;
  for (const { id, value } of events) {
    if (id <= stream.last) continue;
    stream.last = id;
    const text = eventText(id, value, reader.role);
    if (text !== undefined) out.send(text);
  }
  if (out.pendingBytes() > maxPendingBytes) out.end();
}

async function ended(...signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  if (any.aborted) return;
  await new Promise<void>((resolve) => any.addEventListener('abort', () => resolve(), { once: true }));
}
