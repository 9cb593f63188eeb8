import type { Signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { parseRecord } from './parse-record.ts';

interface Props {
  /** The key of the record, and its data as JSON: as somebody types them. */
  readonly recordKey: Signal<string>;
  readonly record: Signal<string>;
  /** Asks for the record with the key, or without one for the first of the source. */
  onRead(): void;
}

/** The record that is mapped: read at the source, or typed. */
export function RecordField({ recordKey, record, onRead }: Props) {
  const id = useId();
  const parsed = parseRecord(record.value);
  return (
    <section class="stack" aria-label="Record">
      <h2>A record of the source</h2>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          onRead();
        }}
      >
        <label for={`${id}-key`}>Key</label>
        <input
          id={`${id}-key`}
          class="key"
          value={recordKey.value}
          onInput={({ currentTarget }) => (recordKey.value = currentTarget.value.trim())}
        />
        <button type="submit" class="button small">
          Read it
        </button>
      </form>
      <div class="field">
        <label for={`${id}-record`}>Its data, as JSON</label>
        <textarea
          id={`${id}-record`}
          rows={18}
          spellcheck={false}
          value={record.value}
          aria-invalid={parsed.kind === 'problem'}
          onInput={({ currentTarget }) => (record.value = currentTarget.value)}
        />
        <p class="hint" role="status">
          {parsed.kind === 'problem' ? parsed.message : 'Change it as you like: the result follows.'}
        </p>
      </div>
    </section>
  );
}
