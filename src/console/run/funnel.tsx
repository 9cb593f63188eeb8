import type { Tallies } from '../api/types.ts';
import { numberOf } from '../components/moment.tsx';

const outcomes = ['created', 'updated', 'unchanged', 'skipped', 'rejected'] as const;

/** Read, and what it became: each line as long as its share. */
export function Funnel({ of, deleted }: { readonly of: Tallies; readonly deleted: number }) {
  const lines = [['read', of.read] as const, ...outcomes.map((outcome) => [outcome, of[outcome]] as const)];
  return (
    <>
      <ul class="funnel">
        {lines.map(([name, count]) => (
          <li key={name} class={name}>
            <span>{name}</span>
            <span class="number">{numberOf(count)}</span>
            <span class="share" aria-hidden="true">
              <span style={{ width: `${of.read === 0 ? 0 : (count / of.read) * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
      {deleted > 0 && <p class="soft small">{numberOf(deleted)} of those that count as updated were deleted.</p>}
    </>
  );
}
