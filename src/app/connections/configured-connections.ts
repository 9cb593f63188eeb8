import { destinations } from '../../connectors/registry.ts';
import type { Connection } from '../../core/auth/connection.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { CredentialStore } from '../../core/domain/credential-store.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { AppContext } from '../host.ts';
import { readSettings, type Settings } from '../settings.ts';
import { openCredentials } from './open-credentials.ts';

/** One end of a pipeline. */
export interface ConfiguredConnection {
  readonly side: 'source' | 'destination';
  /** Name of the connector. */
  readonly system: string;
  readonly title: string;
  /** Undefined where its credentials are in the configuration, and nowhere else. */
  readonly connection: Connection | undefined;
}

export interface Connections {
  readonly settings: Settings;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  readonly connections: readonly ConfiguredConnection[];
}

/** Both sides with their credentials. It opens nothing else of the pipeline, and calls nobody. */
export async function withConnections<T>(
  { asked, host, log }: AppContext,
  work: (opened: Connections) => Promise<T>,
): Promise<T> {
  const settings = await readSettings({ asked, host });
  if (settings.warning !== undefined) host.warn?.(settings.warning);
  const clock = systemClock;
  const credentials = await openCredentials(settings, { ...host, clock });
  try {
    return await work({
      settings,
      credentials,
      clock,
      connections: connectionsOf({ host, log }, { settings, credentials, clock }),
    });
  } finally {
    await credentials.close();
  }
}

export function connectionsOf(
  { host, log }: Omit<AppContext, 'asked'>,
  { settings, credentials, clock }: Omit<Connections, 'connections'>,
): readonly ConfiguredConnection[] {
  const ports = { credentials, clock, log, onSecret: (secret: string) => host.redactor.add(secret) };
  const { connector, source, config } = settings;
  const { zendesk } = destinations;
  return [
    { side: 'source', system: connector.name, title: connector.title, connection: source.connection?.(ports) },
    {
      side: 'destination',
      system: zendesk.name,
      title: zendesk.title,
      connection: zendesk.connection({ ...ports, config: config.destination }),
    },
  ];
}

/** The side that a person names: by its system, or as `source` or `destination`. Throws ConfigError. */
export function connectionNamed(
  connections: readonly ConfiguredConnection[],
  named: string,
): ConfiguredConnection & { readonly connection: Connection } {
  const found = connections.filter(({ side, system }) => side === named || system === named);
  const [one, other] = found;
  if (!one)
    throw new ConfigError(`The configuration has no "${named}" to connect.`, {
      code: 'usage',
      hint: `It reads from ${connections.map(({ system }) => system).join(' and writes to ')}: name one of them, or source or destination.`,
    });
  if (other)
    throw new ConfigError(`Both sides of the configuration are ${named}.`, {
      code: 'usage',
      hint: 'Say which: source or destination.',
    });
  if (!one.connection)
    throw new ConfigError(`${one.title} has nothing to connect: its credentials are those of the configuration.`, {
      code: 'nothing-to-connect',
      hint: 'A check shows whether they work.',
      remedy: { kind: 'check' },
    });
  return { ...one, connection: one.connection };
}
