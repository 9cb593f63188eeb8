import { signal } from '@preact/signals';
import { urlOf } from './call.ts';
import type { Event } from './types.ts';

/** Names of the events that the service sends. */
const kinds = [
  'run-started',
  'run-ended',
  'run-rejected',
  'runs-missed',
  'progress',
  'task',
  'configurations',
  'changed',
  'reset',
] as const satisfies readonly Event['kind'][];

/** `live`: the stream is open. `polling`: it is not, and pages ask again from time to time. */
export const connection = signal<'off' | 'connecting' | 'live' | 'polling'>('off');

type Listener = (event: Event) => void;
const listeners = new Set<Listener>();

let source: EventSource | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let failures = 0;

const pollMs = 10_000;
const maxWaitMs = 60_000;

/** One stream for all pages. The returned function ends the subscription. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function startEvents(): void {
  if (source || timer !== undefined) return;
  open();
}

export function stopEvents(): void {
  source?.close();
  source = undefined;
  clearTimeout(timer);
  timer = undefined;
  failures = 0;
  connection.value = 'off';
}

function open(): void {
  timer = undefined;
  if (failures === 0) connection.value = 'connecting';
  const opened = new EventSource(urlOf('streamEvents'));
  source = opened;
  opened.addEventListener('open', () => {
    // A stream of ours that was opened again does not know where the one before ended.
    if (failures > 0) emit({ kind: 'reset' });
    failures = 0;
    connection.value = 'live';
  });
  for (const kind of kinds) opened.addEventListener(kind, ({ data }) => emit(parsed(data)));
  opened.addEventListener('error', () => {
    // The browser reconnects by itself, with last-event-id. Only what it has given up is opened again.
    connection.value = 'polling';
    if (opened.readyState !== EventSource.CLOSED) return;
    opened.close();
    source = undefined;
    failures += 1;
    emit({ kind: 'reset' });
    timer = setTimeout(open, Math.min(maxWaitMs, pollMs * failures));
  });
}

function parsed(data: string): Event {
  // The tests of the API hold the events against the schema that this type is made from.
  return JSON.parse(data) as Event;
}

function emit(event: Event): void {
  for (const listener of listeners) listener(event);
}
