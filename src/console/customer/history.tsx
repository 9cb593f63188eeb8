import type { Customer } from '../api/types.ts';
import { FieldDiff } from '../components/field-diff.tsx';
import { Moment } from '../components/moment.tsx';
import { OutcomeTag } from '../components/tags.tsx';
import { href, pathOf } from '../router.ts';

/** What each run did to the customer, newest first, with old and new values. */
export function History({ pipeline, of }: { readonly pipeline: string; readonly of: Customer['history'] }) {
  if (of.length === 0) return <p class="soft">No run whose records are still kept has changed it.</p>;
  return (
    <table class="stacked">
      <thead>
        <tr>
          <th>At</th>
          <th>Outcome</th>
          <th>Reason</th>
          <th>Fields</th>
          <th>Run</th>
        </tr>
      </thead>
      <tbody>
        {of.map((entry) => (
          <tr key={entry.run + entry.at}>
            <td>
              <Moment at={entry.at} />
            </td>
            <td>
              <OutcomeTag of={entry} />
            </td>
            <td>
              {entry.code ?? ''}
              {entry.message !== undefined && <div class="soft small">{entry.message}</div>}
            </td>
            <td>{entry.changes ? <FieldDiff of={entry.changes} /> : ''}</td>
            <td>
              <a href={href(pathOf('pipelines', pipeline, 'runs', entry.run))}>{entry.run.slice(0, 8)}</a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
