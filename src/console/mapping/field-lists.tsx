import type { Mapping } from '../api/types.ts';

/** The fields of both sides, as they are known without asking. */
export function FieldLists({ of: { source, user } }: { readonly of: Mapping }) {
  return (
    <div class="columns">
      <details>
        <summary>Fields of the source ({source.length})</summary>
        <table>
          <thead>
            <tr>
              <th>Path</th>
              <th>Type</th>
            </tr>
          </thead>
          <tbody>
            {source.map(({ path, type, title }) => (
              <tr key={path}>
                <td>
                  <code>{path}</code>
                  {title !== undefined && <div class="soft small">{title}</div>}
                </td>
                <td>{type}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      <details>
        <summary>Fields of the user ({user.length})</summary>
        <table>
          <thead>
            <tr>
              <th>Field</th>
              <th>Type</th>
              <th>Rule in use</th>
            </tr>
          </thead>
          <tbody>
            {user.map(({ target, type, title, rule }) => (
              <tr key={target}>
                <td>
                  <code>{target}</code>
                  {title !== undefined && <div class="soft small">{title}</div>}
                </td>
                <td>{type}</td>
                <td>{rule === undefined ? '' : <code>{rule}</code>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}
