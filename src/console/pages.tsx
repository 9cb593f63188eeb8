import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Skeleton } from './components/loaded.tsx';
import { Empty, ErrorNote } from './components/notes.tsx';
import { PageHead } from './components/page-head.tsx';
import { OverviewPage } from './overview/overview-page.tsx';
import { href, match, navigate, place } from './router.ts';

/** The parts of the address that a page is about. */
export interface PageProps {
  readonly pipeline: string;
  readonly id: string;
}

type Page = ComponentType<PageProps>;

interface Route {
  readonly pattern: string;
  load(): Promise<Page>;
}

/** Each page is a file of its own, which is loaded when somebody goes there. */
const routes: readonly Route[] = [
  { pattern: '/', load: async () => OverviewPage },
  { pattern: '/sign-in', load: async () => OverviewPage },
  { pattern: '/alerts', load: async () => (await import('./journal/alerts-page.tsx')).AlertsPage },
  { pattern: '/audit-log', load: async () => (await import('./journal/audit-log-page.tsx')).AuditLogPage },
  { pattern: '/pipelines/:pipeline', load: async () => (await import('./pipeline/pipeline-page.tsx')).PipelinePage },
  { pattern: '/pipelines/:pipeline/runs/:id', load: async () => (await import('./run/run-page.tsx')).RunPage },
  {
    pattern: '/pipelines/:pipeline/rejects',
    load: async () => (await import('./waiting/waiting-page.tsx')).WaitingPage,
  },
  {
    pattern: '/pipelines/:pipeline/customers',
    load: async () => (await import('./customer/search-page.tsx')).SearchPage,
  },
  {
    pattern: '/pipelines/:pipeline/customers/:id',
    load: async () => (await import('./customer/customer-page.tsx')).CustomerPage,
  },
  { pattern: '/pipelines/:pipeline/plans', load: async () => (await import('./plan/plans-page.tsx')).PlansPage },
  { pattern: '/pipelines/:pipeline/plans/:id', load: async () => (await import('./plan/plan-page.tsx')).PlanPage },
  {
    pattern: '/pipelines/:pipeline/mapping',
    load: async () => (await import('./mapping/mapping-page.tsx')).MappingPage,
  },
  {
    pattern: '/pipelines/:pipeline/connections',
    load: async () => (await import('./connections/connections-page.tsx')).ConnectionsPage,
  },
];

interface Shown {
  readonly pattern: string;
  readonly Page?: Page;
  readonly error?: unknown;
}

export function Pages() {
  const { path } = place.value;
  const found = routes.map((route) => ({ route, parts: match(route.pattern, path) })).find(({ parts }) => parts);
  const pattern = found?.route.pattern ?? '';
  const [shown, setShown] = useState<Shown>({ pattern: '/', Page: OverviewPage });
  useEffect(() => {
    found?.route.load().then(
      (Page) => setShown({ pattern, Page }),
      // As after an update of the service, when the files of the page before are gone.
      (error: unknown) => setShown({ pattern, error }),
    );
  }, [pattern]);
  // Who is signed in already has no use for a link, which must not stay in the address.
  useEffect(() => {
    if (path === '/sign-in') navigate('/', { replace: true });
  }, [path]);
  if (!found) return <NotFound />;
  if (shown.pattern !== pattern) return <Skeleton />;
  if (shown.error !== undefined) return <ErrorNote error={shown.error} onRetry={() => window.location.reload()} />;
  const { pipeline = '', id = '' } = found.parts ?? {};
  return shown.Page ? <shown.Page key={path} pipeline={pipeline} id={id} /> : null;
}

function NotFound() {
  return (
    <>
      <PageHead title="There is no such page" />
      <Empty title="The address leads nowhere.">
        <p>
          <a href={href('/')}>Go to the overview</a>
        </p>
      </Empty>
    </>
  );
}
