import { RolodeskError } from '../../../core/domain/errors.ts';
import { isDue } from '../../connections/report.ts';
import { connections } from '../../operations/connections.ts';
import { createConnector } from '../connector-sign-in.ts';
import type { ConsoleContext } from '../console-context.ts';
import { failureOf } from '../refusal.ts';
import type { Handlers } from '../router/handlers.ts';
import { pageByName } from './page-by-name.ts';
import { connectionDocument } from './pipelines.ts';

type ConnectionHandlers = Pick<
  Handlers,
  'listConnections' | 'getConnections' | 'startConnect' | 'finishConnect' | 'disconnect'
>;

export function connectionHandlers(context: ConsoleContext): ConnectionHandlers {
  const { pipelines, host } = context;
  const connector = createConnector(context);

  async function ofPipeline(name: string, signal: AbortSignal) {
    const found = await connections(await pipelines.context(name, { signal }));
    return { connections: found.map(connectionDocument), due: found.filter(isDue).length };
  }

  return {
    async listConnections({ query, request }) {
      return await pageByName(pipelines.all(), query, async (pipeline) => {
        try {
          return { pipeline, ...(await ofPipeline(pipeline, request.signal)) };
        } catch (error) {
          // Another pipeline's are shown all the same.
          if (!(error instanceof RolodeskError)) throw error;
          const { status: _, ...failure } = failureOf(error, host);
          return { pipeline, connections: [], due: 1, failure };
        }
      });
    },
    getConnections: ({ path, request }) => ofPipeline(path.pipeline, request.signal),
    startConnect: ({ path, body, caller }) => connector.start(path, body, caller.name),
    async finishConnect({ path, body }) {
      connector.finish(path.task, body.address);
      return {};
    },
    disconnect: ({ path, body }) => connector.disconnect(path, { isLocal: body.local === true }),
  };
}
