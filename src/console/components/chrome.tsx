import { useId } from 'preact/hooks';
import { connection } from '../api/events.ts';
import { href, place } from '../router.ts';
import { signOut, user } from '../session.ts';
import { chooseTheme, theme, themes } from '../theme.ts';

const pages = [
  ['/', 'Overview'],
  ['/alerts', 'Alerts'],
  ['/audit-log', 'Audit log'],
] as const;

const streams = {
  off: '',
  connecting: 'Connecting …',
  live: 'Live',
  polling: 'Not live: asks every 10 s',
} as const;

/** What every page has at its top. */
export function Chrome() {
  const id = useId();
  const { path } = place.value;
  const isCurrent = (page: string): boolean =>
    page === '/' ? path === '/' || path.startsWith('/pipelines') : path === page;
  return (
    <header class="chrome">
      <div class="bar">
        <a class="brand" href={href('/')}>
          Rolodesk
        </a>
        {user.value && (
          <nav aria-label="Pages">
            <ul>
              {pages.map(([page, title]) => (
                <li key={page}>
                  <a href={href(page)} aria-current={isCurrent(page) ? 'page' : undefined}>
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
        <div class="who">
          <span role="status">{streams[connection.value]}</span>
          <label for={id} class="visually-hidden">
            Theme
          </label>
          <select id={id} value={theme.value} onChange={({ currentTarget }) => chooseTheme(currentTarget.value)}>
            {themes.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
          {user.value && (
            <>
              <span class="wide-only">
                {user.value.name} · {user.value.role}
              </span>
              <button type="button" onClick={signOut}>
                Sign out
              </button>
            </>
          )}
        </div>
      </div>
    </header>
  );
}
