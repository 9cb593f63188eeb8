import { connectionsOf } from '../connections/configured-connections.ts';
import { lastRefusals } from '../connections/last-refusals.ts';
import { openCredentials } from '../connections/open-credentials.ts';
import { type ConnectionReport, reportConnections } from '../connections/report.ts';
import { withState } from '../with-state.ts';
import type { OperationContext } from './context.ts';

/**
 * Says how Rolodesk authenticates on both sides, and when that expires, from the configuration and the state. It calls
 * nobody.
 */
export async function connections(context: OperationContext): Promise<readonly ConnectionReport[]> {
  const { settings, host, clock } = context;
  const credentials = await openCredentials(settings, { ...host, clock });
  try {
    const connections = connectionsOf(context, { settings, credentials, clock });
    const refusals = await withState(settings, { ...host, clock }, lastRefusals);
    return await reportConnections({ connections, credentials, clock, refusals, wordsFor: host.wordsFor });
  } finally {
    await credentials.close();
  }
}
