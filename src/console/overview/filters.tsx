import { useId } from 'preact/hooks';
import type { Pipeline } from '../api/types.ts';
import { SearchField } from '../components/search-field.tsx';
import { setQuery } from '../router.ts';

const verdicts = ['failing', 'attention', 'ok', 'new'] as const satisfies readonly Pipeline['verdict'][];

export function verdictOf(text: string | null): Pipeline['verdict'] | undefined {
  return verdicts.find((one) => one === text);
}

export function Filters({ search, verdict }: { readonly search: string; readonly verdict: string }) {
  const id = useId();
  return (
    <search class="filters">
      <SearchField
        label="Search"
        hint="Part of a name or an account"
        value={search}
        onSearch={(text) => setQuery('search', text)}
      />
      <div class="field">
        <label for={id}>State</label>
        <select id={id} value={verdict} onChange={({ currentTarget }) => setQuery('verdict', currentTarget.value)}>
          <option value="">all</option>
          {verdicts.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </div>
    </search>
  );
}
