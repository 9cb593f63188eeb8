import type { Pipeline } from '../api/types.ts';

type Point = Pipeline['health'][number];

const shown = 12;
const step = 8;
const height = 24;
const leastHeight = 4;

/** The last runs as bars, oldest first: as high as they wrote much, in the colour of their outcome. */
export function RunBars({ of }: { readonly of: readonly Point[] }) {
  const runs = of.slice(-shown);
  if (runs.length === 0) return <span class="soft small">No runs yet</span>;
  const failed = runs.filter(({ outcome }) => outcome === 'failed').length;
  const label = `Last ${runs.length} runs: ${failed === 0 ? 'none failed' : `${failed} failed`}, the newest ${runs.at(-1)?.outcome}`;
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${shown * step} ${height}`}
      preserveAspectRatio="xMinYMid meet"
      role="img"
      aria-label={label}
    >
      {barsOf(runs).map(([outcome, d]) => (
        <path key={outcome} class={outcome} d={d} />
      ))}
    </svg>
  );
}

/** One path for each outcome, not an element for each bar: a list has hundreds of them. */
function barsOf(runs: readonly Point[]): readonly (readonly [outcome: string, d: string])[] {
  const sizes = runs.map(({ writes }) => Math.log1p(writes));
  const most = Math.max(1, ...sizes);
  const paths = new Map<string, string>();
  for (const [index, { outcome }] of runs.entries()) {
    const size = Math.round(leastHeight + ((sizes[index] ?? 0) / most) * (height - leastHeight));
    paths.set(outcome, `${paths.get(outcome) ?? ''}M${index * step} ${height}v-${size}h${step - 1}v${size}z`);
  }
  return [...paths];
}
