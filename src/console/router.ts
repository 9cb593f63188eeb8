import { signal } from '@preact/signals';

/** Under which path the pages are served. Vite writes it into the built page, too. */
export const basePath = import.meta.env.BASE_URL.replace(/\/$/, '');

export interface Place {
  /** Without the base path. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export const place = signal<Place>(read());

/** The address of a page. Parts that come from data are encoded by `pathOf`. */
export function href(path: string): string {
  return `${basePath}${path}`;
}

/** `pathOf('pipelines', name, 'runs', id)`. */
export function pathOf(...parts: readonly string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

export function navigate(path: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', href(path));
  else history.pushState(null, '', href(path));
  place.value = read();
}

/** Remembers what a page shows, such as a filter, in its address, without a step back. */
export function setQuery(name: string, value: string): void {
  const query = new URLSearchParams(place.value.query);
  if (value === '') query.delete(name);
  else query.set(name, value);
  const text = query.toString();
  navigate(place.value.path + (text === '' ? '' : `?${text}`), { replace: true });
}

/** Follows links to our own pages without loading the document again. */
export function followNavigation(): void {
  addEventListener('popstate', () => {
    place.value = read();
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : undefined;
    if (
      !(link instanceof HTMLAnchorElement) ||
      link.target !== '' ||
      link.hasAttribute('download') ||
      link.origin !== window.location.origin
    )
      return;
    if (link.hash !== '' || !isOurs(link.pathname)) return;
    event.preventDefault();
    navigate(link.pathname.slice(basePath.length) + link.search);
    scrollTo(0, 0);
  });
}

/** The parts of a path that a pattern such as `/pipelines/:name` names, or undefined where it does not match. */
export function match(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const at = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== at) return undefined;
      continue;
    }
    const value = decoded(at);
    if (value === undefined) return undefined;
    found[part.slice(1)] = value;
  }
  return found;
}

function isOurs(pathname: string): boolean {
  return pathname === basePath || pathname.startsWith(`${basePath}/`);
}

/** An address that somebody typed may not be a valid one. */
function decoded(part: string): string | undefined {
  return /%(?![0-9a-f]{2})/i.test(part) || part === '' ? undefined : safeDecode(part);
}

function safeDecode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function read(): Place {
  const { pathname, search } = window.location;
  const path = isOurs(pathname) ? pathname.slice(basePath.length).replace(/\/$/, '') : pathname;
  return { path: path === '' ? '/' : path, query: new URLSearchParams(search) };
}
