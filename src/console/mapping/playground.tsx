import type { Mapping } from '../api/types.ts';
import { announce } from '../components/announcer.tsx';
import { ErrorNote } from '../components/notes.tsx';
import { suggestionsAt } from './completion.ts';
import { EditorField } from './editor-field.tsx';
import { FieldLists } from './field-lists.tsx';
import { RecordField } from './record-field.tsx';
import { ResultView } from './result-view.tsx';
import { usePreview } from './use-preview.ts';

interface Props {
  readonly pipeline: string;
  readonly mapping: Mapping;
}

export function Playground({ pipeline, mapping }: Props) {
  const { text, recordKey, record, result, error, read } = usePreview(pipeline, mapping.text);
  return (
    <>
      <div class="columns">
        <RecordField recordKey={recordKey} record={record} onRead={read} />
        <section class="stack" aria-label="Rules">
          <div class="row apart">
            <h2>The mapping</h2>
            <CopyActs text={text.value} />
          </div>
          <EditorField
            label="The mapping as YAML"
            text={mapping.text}
            onChange={(changed) => (text.value = changed)}
            suggest={(typed, offset) => suggestionsAt(typed, offset, mapping)}
          />
          {text.value.trim() === '' && (
            <p class="hint">
              It has no rules of its own yet: those that are built in apply. A rule here replaces one of them.
            </p>
          )}
          <p class="hint">Ctrl-Space lists what fits: fields of the user as keys, paths of the record as values.</p>
        </section>
        <section class="stack" aria-label="Result">
          <h2>The user that comes out</h2>
          {error.value !== undefined && <ErrorNote error={error.value} />}
          <ResultView of={result.value} />
        </section>
      </div>
      <FieldLists of={mapping} />
    </>
  );
}

function CopyActs({ text }: { readonly text: string }) {
  return (
    <div class="row">
      <button
        type="button"
        class="button small"
        onClick={() => navigator.clipboard.writeText(text).then(() => announce('The mapping is in the clipboard'))}
      >
        Copy
      </button>
      <button type="button" class="button small" onClick={() => download(text)}>
        Save as a file
      </button>
    </div>
  );
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'mapping.yaml';
  link.click();
  URL.revokeObjectURL(url);
}
