import { shownValue } from '../../cli/format/format-value.ts';
import type { FieldChanges } from '../api/types.ts';

/** Fields with their old and new values, as a plan shows them. */
export function FieldDiff({ of }: { readonly of: FieldChanges }) {
  const fields = Object.entries(of);
  if (fields.length === 0) return <span class="soft">No fields</span>;
  return (
    <ul class="diff">
      {fields.map(([name, [before, after]]) => (
        <li key={name}>
          <strong>{name}</strong> {before !== null && <del>{shownValue(before)}</del>}
          {before !== null && ' → '}
          <ins>{shownValue(after)}</ins>
        </li>
      ))}
    </ul>
  );
}

/** The names of the fields in one line, for a row of a table. */
export function fieldNames(of: FieldChanges | undefined): string {
  return Object.keys(of ?? {}).join(', ');
}
