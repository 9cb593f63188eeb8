import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Series {
  readonly label: string;
  readonly values: readonly number[];
  /** Name of a custom property. */
  readonly colour: string;
}

interface Props {
  /** What the plot shows, for who does not see it. */
  readonly label: string;
  /** Unix seconds, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

const height = 200;

/** Lines over time. Their numbers are in the table next to the plot as well. */
export function Plot({ label, times, series }: Props) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const draw = (): UPlot =>
      new UPlot(optionsFor(element, series), [[...times], ...series.map(({ values }) => [...values])], element);
    let plot = draw();
    const redraw = (): void => {
      plot.destroy();
      plot = draw();
    };
    const resized = new ResizeObserver(([entry]) => {
      if (entry && Math.abs(entry.contentRect.width - plot.width) > 1)
        plot.setSize({ width: entry.contentRect.width, height });
    });
    resized.observe(element);
    // A canvas knows no custom properties: with another theme it is drawn again.
    const themed = new MutationObserver(redraw);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', redraw);
    return () => {
      resized.disconnect();
      themed.disconnect();
      scheme.removeEventListener('change', redraw);
      plot.destroy();
    };
  }, [times, series]);
  return (
    <>
      <div ref={host} class="plot" role="img" aria-label={label} />
      <p class="soft small">Times in {Intl.DateTimeFormat().resolvedOptions().timeZone}</p>
    </>
  );
}

function optionsFor(element: HTMLElement, series: readonly Series[]): UPlot.Options {
  const line = colourOf('--line', element);
  const axis: UPlot.Axis = {
    stroke: colourOf('--soft', element),
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line },
  };
  return {
    width: element.clientWidth,
    height,
    axes: [
      { ...axis, values: (_, splits) => splits.map(clockTime) },
      { ...axis, size: 60 },
    ],
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    series: [
      {},
      ...series.map(({ label, colour }) => ({
        label,
        stroke: colourOf(colour, element),
        width: 2,
        points: { show: true, size: 6 },
      })),
    ],
  };
}

const hours = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** In the reader's time zone; at midnight the day. */
function clockTime(seconds: number): string {
  const time = hours.format(seconds * 1000);
  return time === '00:00' ? days.format(seconds * 1000) : time;
}

/** What a custom property is in the theme in use. */
function colourOf(property: string, element: HTMLElement): string {
  element.style.setProperty('color', `var(${property})`);
  const { color } = getComputedStyle(element);
  element.style.removeProperty('color');
  return color;
}
