import type { Pipeline } from '../api/types.ts';

const shown = 20;
const step = 5;
const height = 24;

/** The last runs as bars, oldest first: as high as they wrote much, in the colour of their outcome. */
export function RunBars({ of }: { readonly of: Pipeline['health'] }) {
  const runs = of.slice(-shown);
  if (runs.length === 0) return <span class="soft small">No runs yet</span>;
  const sizes = runs.map(({ tallies }) =>
    Math.log1p(tallies ? tallies.created + tallies.updated + tallies.rejected : 0),
  );
  const most = Math.max(1, ...sizes);
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
      {runs.map(({ id, outcome }, index) => {
        const size = 4 + ((sizes[index] ?? 0) / most) * (height - 4);
        return (
          <rect key={id} class={outcome} x={index * step} y={height - size} width={step - 1} height={size} rx="1" />
        );
      })}
    </svg>
  );
}
