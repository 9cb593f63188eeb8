import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { call } from '../api/call.ts';
import type { MappedRecords } from '../api/types.ts';
import { parseRecord } from './parse-record.ts';

const quietMs = 400;

interface Preview {
  readonly text: Signal<string>;
  readonly recordKey: Signal<string>;
  readonly record: Signal<string>;
  readonly result: Signal<MappedRecords | undefined>;
  readonly error: Signal<unknown>;
  /** Reads the record with the key, or without one the first of the source. */
  read(): void;
}

/** Maps the record through the mapping whenever one of them has changed and nothing was typed for a moment. */
export function usePreview(pipeline: string, mapping: string): Preview {
  const text = useSignal(mapping);
  const recordKey = useSignal('');
  const record = useSignal('');
  const result = useSignal<MappedRecords | undefined>(undefined);
  const error = useSignal<unknown>(undefined);

  async function ask(wanted: Wanted, { rules, signal }: Asking): Promise<void> {
    try {
      const body = bodyOf(rules, wanted);
      const answer = await call('previewMapping', { path: { pipeline }, body, ...(signal && { signal }) });
      if (signal?.aborted) return;
      error.value = undefined;
      result.value = answer;
      const [first] = answer.records;
      if (!first || wanted.kind === 'typed') return;
      recordKey.value = first.key;
      record.value = JSON.stringify(first.source, null, 2);
    } catch (caught) {
      if (!signal?.aborted) error.value = caught;
    }
  }

  function read(asking: Asking): void {
    const key = recordKey.peek();
    ask(key === '' ? { kind: 'first' } : { kind: 'key', key }, asking);
  }

  useSignalEffect(() => {
    const parsed = parseRecord(record.value);
    const gone = new AbortController();
    const asking = { rules: text.value, signal: gone.signal };
    const timer = setTimeout(
      () => {
        if (parsed.kind === 'none') read(asking);
        if (parsed.kind !== 'record') return;
        const key = recordKey.peek() === '' ? 'example' : recordKey.peek();
        ask({ kind: 'typed', key, data: parsed.data }, asking);
      },
      result.peek() ? quietMs : 0,
    );
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  });

  return { text, recordKey, record, result, error, read: () => read({ rules: text.peek() }) };
}

interface Asking {
  readonly rules: string;
  readonly signal?: AbortSignal;
}

type Data = Extract<ReturnType<typeof parseRecord>, { kind: 'record' }>['data'];
type Wanted =
  | { readonly kind: 'first' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'typed'; readonly key: string; readonly data: Data };

function bodyOf(mapping: string, wanted: Wanted) {
  switch (wanted.kind) {
    case 'first':
      return { mapping, limit: 1 };
    case 'key':
      return { mapping, keys: [wanted.key] };
    case 'typed':
      return { mapping, records: [{ key: wanted.key, data: wanted.data }] };
    default:
      return wanted satisfies never;
  }
}
