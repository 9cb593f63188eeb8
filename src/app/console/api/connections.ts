import { z } from 'zod';
import { get, post } from './endpoint.ts';
import { connection } from './pipelines.ts';
import { count, failure, nothing, pageOf, pageQuery } from './schemas.ts';
import { task } from './tasks.ts';

/** As `connections --json` prints it. */
const connectionsOfPipeline = z.strictObject({ connections: z.array(connection), due: count });

const one = '/api/v1/pipelines/{pipeline}/connections';

export const connectionEndpoints = {
  listConnections: get({
    path: '/api/v1/connections',
    summary: 'How Rolodesk gets in on both sides, pipeline by pipeline, by name.',
    role: 'viewer',
    query: pageQuery,
    answer: pageOf(
      z.strictObject({
        pipeline: z.string(),
        connections: z.array(connection),
        due: count,
        failure: failure.exactOptional().describe('Why it could not be found out'),
      }),
    ),
  }),
  getConnections: get({
    path: one,
    summary: 'The same of one pipeline.',
    role: 'viewer',
    answer: connectionsOfPipeline,
  }),
  startConnect: post({
    path: `${one}/{side}/connect`,
    summary: 'Begins a sign-in: a task of kind `connect`, whose `signIn.url` is to be opened in a browser.',
    role: 'operator',
    status: 202,
    body: z.strictObject({
      /** Let the client come in by itself, where it may. */
      clientCredentials: z.boolean().exactOptional(),
      /** Take the account that is picked, whichever the configuration names. */
      adopt: z.boolean().exactOptional(),
      /** An address of your own, in place of the one on the machine of the service: then send what the browser ended at. */
      redirectUri: z.string().max(2_000).exactOptional(),
    }),
    answer: task,
  }),
  finishConnect: post({
    path: '/api/v1/tasks/{task}/callback',
    summary: 'The whole address that the browser ended at, where it cannot reach the machine of the service.',
    role: 'operator',
    body: z.strictObject({ address: z.string().min(1).max(8_000) }),
    answer: nothing,
  }),
  disconnect: post({
    path: `${one}/{side}/disconnect`,
    summary: 'Ends a connection at the vendor, then forgets its tokens here. `local`: only the latter.',
    role: 'operator',
    body: z.strictObject({ local: z.boolean().exactOptional() }),
    answer: z.strictObject({
      side: z.string(),
      system: z.string(),
      account: z.string(),
      revoked: z.boolean(),
      forgotten: z.literal(true),
    }),
  }),
} as const;
