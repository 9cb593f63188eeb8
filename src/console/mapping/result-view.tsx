import type { MappedRecords } from '../api/types.ts';
import { Skeleton } from '../components/loaded.tsx';
import { Note } from '../components/notes.tsx';

/** What the mapping makes of the record, or why it makes nothing. */
export function ResultView({ of }: { readonly of: MappedRecords | undefined }) {
  if (!of) return <Skeleton />;
  const [record] = of.records;
  return (
    <div class="stack" role="status">
      {of.problems.map(({ message, line, path }) => (
        <Note key={`${line} ${path} ${message}`} tone="bad" title={line === undefined ? 'The mapping' : `Line ${line}`}>
          <p>{message}</p>
        </Note>
      ))}
      {of.warnings.map(({ code, message }) => (
        <Note key={code + message} tone="warn">
          <p>{message}</p>
        </Note>
      ))}
      {record && <Mapped of={record.result} />}
      {!record && of.problems.length === 0 && (
        <p class="soft">The source has no such record. Give another key, or type a record.</p>
      )}
    </div>
  );
}

function Mapped({ of }: { readonly of: MappedRecords['records'][number]['result'] }) {
  switch (of.kind) {
    case 'skip':
      return (
        <Note tone="warn" title={`Skipped: ${of.reason}`}>
          <p>{of.message}</p>
        </Note>
      );
    case 'reject':
      return (
        <Note tone="bad" title={`Rejected: ${of.code}`}>
          <p>{of.message}</p>
          {of.detail !== undefined && <p class="soft">{of.detail}</p>}
        </Note>
      );
    case 'payload':
      return (
        <>
          <pre class="card">{JSON.stringify(of.payload, null, 2)}</pre>
          {(of.omitted ?? []).map(({ target, why }) => (
            <p key={target} class="small">
              <code>{target}</code> is left out: {why}
            </p>
          ))}
          {(of.unchecked ?? []).map(({ target, why }) => (
            <p key={target} class="small soft">
              <code>{target}</code> was not checked: {why}
            </p>
          ))}
        </>
      );
    default:
      return of satisfies never;
  }
}
