import { shownValue } from '../../cli/format/format-value.ts';
import type { Comparison } from '../api/types.ts';
import { ErrorNote, Note } from '../components/notes.tsx';

const states = { same: 'same', differs: 'differs', 'not-written': 'not written' } as const;

/** Field by field: the record, the rule, what it makes, and what Zendesk has. */
export function ComparisonView({ of }: { readonly of: Comparison }) {
  const { record, user, result, code, message, fields, failure } = of;
  return (
    <div class="stack">
      {failure && <ErrorNote error={failure} />}
      {(result === 'skip' || result === 'reject') && (
        <Note
          tone={result === 'skip' ? 'warn' : 'bad'}
          title={`The mapping says: ${result}${code === undefined ? '' : `, ${code}`}`}
        >
          {message !== undefined && <p>{message}</p>}
        </Note>
      )}
      {fields.length > 0 && (
        <table class="stacked">
          <thead>
            <tr>
              <th>Field of the user</th>
              <th>Rule, and what it reads</th>
              <th>The mapping makes</th>
              <th>Zendesk has</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <FieldRow key={field.target} of={field} />
            ))}
          </tbody>
        </table>
      )}
      <div class="columns">
        <Raw title="The record" value={record} />
        <Raw title="The user" value={user} />
      </div>
    </div>
  );
}

function FieldRow({ of }: { readonly of: Comparison['fields'][number] }) {
  const { target, rule, place, reads, mapped, user, state } = of;
  return (
    <tr>
      <td>
        <strong>{target}</strong>
      </td>
      <td data-label="Rule">
        {rule === null ? <span class="soft">no rule</span> : <code>{rule}</code>}
        {place !== undefined && <div class="soft small">{place}</div>}
        {reads.map(({ path, value }) => (
          <div key={path} class="small">
            <span class="soft">{path}:</span> {shownValue(value)}
          </div>
        ))}
      </td>
      <td data-label="Mapping">{shownValue(mapped)}</td>
      <td data-label="Zendesk">{shownValue(user)}</td>
      <td data-label="State">
        <span class={`tag ${state === 'differs' ? 'warn' : state === 'same' ? 'good' : ''}`}>{states[state]}</span>
      </td>
    </tr>
  );
}

function Raw({ title, value }: { readonly title: string; readonly value: Comparison['record'] }) {
  return (
    <details>
      <summary>{title} as it is</summary>
      {value === null ? <p class="soft">Not there.</p> : <pre class="card">{JSON.stringify(value, null, 2)}</pre>}
    </details>
  );
}
