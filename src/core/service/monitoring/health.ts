import type { Overview } from '../overview.ts';
import type { Route, RouteReply } from '../route.ts';
import type { Metrics } from './metrics.ts';
import { pipelinePage } from './pipeline-page.ts';

/** A monitor that shows more than this shows nothing. */
const maxReasons = 100;

/** What monitors ask a service. Every answer is bounded, however many pipelines there are. */
export function healthRoutes(overview: Overview, metrics: Metrics): readonly Route[] {
  return [
    get('/healthz', async () =>
      overview.isAlive() ? { status: 200, body: '{"alive":true}' } : { status: 503, body: '{"alive":false}' },
    ),
    get('/readyz', async () => readiness(overview.reasons())),
    get('/pipelines', async ({ query }) => {
      const page = pipelinePage(overview.pipelines(), query);
      return { status: 'error' in page ? 400 : 200, body: JSON.stringify(page) };
    }),
    get('/metrics', async () => ({ status: 200, body: await metrics.text(), contentType: metrics.contentType })),
  ];
}

function readiness(reasons: readonly string[]): RouteReply {
  const ready = reasons.length === 0;
  const more = Math.max(0, reasons.length - maxReasons);
  const body = { ready, reasons: reasons.slice(0, maxReasons), ...(more > 0 && { more }) };
  return { status: ready ? 200 : 503, body: JSON.stringify(body) };
}

function get(path: string, handle: Route['handle']): Route {
  return { method: 'GET', path, handle };
}
