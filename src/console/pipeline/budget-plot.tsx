import { useMemo } from 'preact/hooks';
import type { Budget } from '../api/types.ts';
import { Plot } from '../components/plot.tsx';

/** Requests to both sides, run by run. */
export function BudgetPlot({ runs }: { readonly runs: Budget['runs'] }) {
  const times = useMemo(() => runs.map(({ at }) => Date.parse(at) / 1000), [runs]);
  const series = useMemo(
    () => [
      { label: 'Zendesk', values: runs.map(({ destination }) => destination), colour: '--accent' },
      { label: 'source', values: runs.map(({ source }) => source), colour: '--good' },
      { label: 'throttled', values: runs.map(({ throttled }) => throttled), colour: '--bad' },
    ],
    [runs],
  );
  return <Plot label={`Requests of the last ${runs.length} runs`} times={times} series={series} />;
}
