import type { ConnectedAccount } from '../../core/auth/connection.ts';
import { loginWithBrowser } from '../../core/auth/sign-in.ts';
import { urlSchema } from '../../core/config/urls.ts';
import { defined } from '../../core/defined.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import { type Connections, connectionNamed, connectionsOf } from '../connections/configured-connections.ts';
import { connectByClient, endConnection, keepGrant } from '../connections/keep-grant.ts';
import { openCredentials } from '../connections/open-credentials.ts';
import { writeKey } from '../connections/set-yaml-value.ts';
import type { Answer, Body } from './api/index.ts';
import type { ConsoleContext } from './console-context.ts';
import { createPastedAddresses, type PastedAddresses } from './pasted-addresses.ts';
import { Refusal } from './refusal.ts';
import type { Task, TaskContext, TaskResult } from './tasks/task.ts';

interface Side {
  readonly pipeline: string;
  readonly side: string;
}

/** As the command listens: it is the address that people have registered. */
const callbackPort = 8723;
const limitMs = 10 * 60_000;

/** Connects and disconnects the accounts of a pipeline, from a browser. */
export function createConnector(context: ConsoleContext) {
  const { tasks, feed } = context;
  const waiting = new Map<string, PastedAddresses>();
  return {
    async start(where: Side, given: Body<'startConnect'>, by: string): Promise<Task> {
      const { redirectUri } = given;
      if (redirectUri !== undefined && !urlSchema.safeParse(redirectUri).success)
        throw new Refusal(400, 'redirect-uri', `${redirectUri}: expected a whole https address.`);
      return await tasks.start({
        pipeline: where.pipeline,
        kind: 'connect',
        by,
        async work(task) {
          const pasted = createPastedAddresses(task.signal);
          waiting.set(task.id, pasted);
          try {
            const result = await withConnections(context, where.pipeline, (opened) =>
              connect(context, opened, { ...given, named: where.side, task, pasted }),
            );
            await feed.publish([{ kind: 'changed', pipeline: where.pipeline }]);
            return result;
          } finally {
            waiting.delete(task.id);
          }
        },
      });
    },
    /** The address that a browser ended at. Throws Refusal where nobody waits for one. */
    finish(task: string, address: string): void {
      const pasted = waiting.get(task);
      if (!pasted)
        throw new Refusal(409, 'ended', 'This sign-in is over, or another worker has it.', 'Begin it again.');
      pasted.add(address);
    },
    async disconnect(where: Side, { isLocal }: { readonly isLocal: boolean }): Promise<Answer<'disconnect'>> {
      const ended = await withConnections(context, where.pipeline, (opened) => disconnect(opened, where.side, isLocal));
      await feed.publish([{ kind: 'changed', pipeline: where.pipeline }]);
      return ended;
    },
  };
}

async function withConnections<T>(
  { pipelines, host, log, clock }: ConsoleContext,
  name: string,
  work: (opened: Connections) => Promise<T>,
): Promise<T> {
  const { settings } = await pipelines.context(name);
  const credentials = await openCredentials(settings, { ...host, clock });
  try {
    const connections = connectionsOf({ host, log }, { settings, credentials, clock });
    return await work({ settings, credentials, clock, connections });
  } finally {
    await credentials.close();
  }
}

async function connect(
  { host, clock }: ConsoleContext,
  opened: Connections,
  {
    named,
    task,
    pasted,
    clientCredentials = false,
    adopt = false,
    redirectUri,
  }: Body<'startConnect'> & { readonly named: string; readonly task: TaskContext; readonly pasted: PastedAddresses },
): Promise<TaskResult> {
  const { connection, side } = connectionNamed(opened.connections, named);
  if (connection.kind === 'fixed')
    throw new ConfigError(
      `${connection.title} is configured with an ${connection.how}: there is nothing to sign in to.`,
      { code: 'no-oauth-client', hint: connection.advice.join(' ') },
    );
  if (clientCredentials) {
    const made = await connectByClient(opened, connection, { useSignIn: 'Sign in with a browser.' });
    return connectedResult(opened, side, made);
  }
  const made = await loginWithBrowser({
    title: connection.title,
    signIn: connection.signIn,
    adopt,
    back: redirectUri === undefined ? { port: callbackPort } : { redirectUri },
    pasted: pasted.addresses,
    limitMs,
    clock,
    signal: task.signal,
    onSecret: (secret) => host.redactor.add(secret),
    announce({ url, redirectUri: registered }) {
      task.onSignIn({ url, redirectUri: registered, register: connection.signIn.register });
      task.started();
    },
    refused: () => undefined,
    keep: (connected) => keepGrant(opened, connection, connected, clock.now()),
  });
  return connectedResult(opened, side, made);
}

async function disconnect(opened: Connections, named: string, isLocal: boolean): Promise<Answer<'disconnect'>> {
  const { side, system, connection } = connectionNamed(opened.connections, named);
  if (connection.kind === 'fixed')
    throw new ConfigError(
      `${connection.title} is configured with an ${connection.how}: Rolodesk keeps nothing that it could end.`,
      { code: 'nothing-to-connect', hint: connection.revocationHelp },
    );
  const hint = `Try again later. Or by hand: ${connection.revocationHelp} Then forget the tokens here only.`;
  const outcome = await endConnection(opened, connection, { isLocal, hint });
  return { side, system, account: connection.account, revoked: outcome === 'revoked', forgotten: true };
}

function connectedResult(
  { settings: { path } }: Connections,
  side: 'source' | 'destination',
  { account, learned }: ConnectedAccount,
): TaskResult {
  const wrote = learned && {
    key: `${side}.${learned.key}`,
    value: learned.value,
    written: writeKey(path, [side, learned.key], learned.value),
  };
  return { kind: 'connected', side, account, ...defined({ wrote }) };
}
