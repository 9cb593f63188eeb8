import { useEffect, useRef } from 'preact/hooks';
import { href, pathOf, place } from '../router.ts';

const pages = [
  ['', 'Runs'],
  ['rejects', 'Rejects and waiting'],
  ['customers', 'Customers'],
  ['plans', 'Plans'],
  ['mapping', 'Mapping'],
  ['connections', 'Connections'],
] as const;

/** The pages of one pipeline. */
export function PipelineTabs({ pipeline }: { readonly pipeline: string }) {
  const base = pathOf('pipelines', pipeline);
  const { path } = place.value;
  const isCurrent = (page: string): boolean =>
    page === '' ? path === base || path.startsWith(`${base}/runs/`) : path.startsWith(`${base}/${page}`);
  const tabs = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone they do not fit side by side: the current one is brought into view.
    const list = tabs.current;
    const current = list?.querySelector<HTMLElement>('[aria-current]');
    if (list && current) list.scrollLeft = current.offsetLeft - list.clientWidth / 3;
  }, [path]);
  return (
    <nav ref={tabs} class="tabs" aria-label={`Pages of ${pipeline}`}>
      <ul>
        {pages.map(([page, title]) => (
          <li key={page}>
            <a href={href(page === '' ? base : `${base}/${page}`)} aria-current={isCurrent(page) ? 'page' : undefined}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
