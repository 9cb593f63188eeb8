import type { Metrics } from './metrics.ts';
import type { Overview } from './overview.ts';
import type { Route } from './server.ts';

/** What monitors ask a service. */
export function healthRoutes(overview: Overview, metrics: Metrics): readonly Route[] {
  return [
    get('/healthz', async () =>
      overview.isAlive() ? { status: 200, body: '{"alive":true}' } : { status: 503, body: '{"alive":false}' },
    ),
    get('/readyz', async () => {
      const reasons = overview.reasons();
      return {
        status: reasons.length === 0 ? 200 : 503,
        body: JSON.stringify({ ready: reasons.length === 0, reasons }),
      };
    }),
    get('/metrics', async () => ({ status: 200, body: await metrics.text(), contentType: metrics.contentType })),
  ];
}

function get(path: string, handle: Route['handle']): Route {
  return { method: 'GET', path, handle };
}
