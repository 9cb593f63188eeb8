import { systemClock } from '../../../core/clock.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { Host } from '../../host.ts';
import { openServiceStore, serviceLocation } from '../../service/service-store.ts';
import { configurationOf, rowsFrom, templatesFrom } from './row.ts';
import { createRowSecrets } from './row-secrets.ts';

const prefix = 'connection:';

/** The name in `connection:NAME`. Undefined: it names a file. */
export function connectionIn(asked: string): string | undefined {
  return asked.startsWith(prefix) ? asked.slice(prefix.length) : undefined;
}

/** A row of the service of this folder. Throws ConfigError if there is none of this name. */
export async function findRow(
  name: string,
  { env, cwd, states }: Pick<Host, 'env' | 'cwd'> & Partial<Pick<Host, 'states'>>,
): Promise<{ readonly path: string; readonly text: string; readonly values: Readonly<Record<string, string>> }> {
  if (!states) throw noConnection(name);
  const ports = { states, env, clock: systemClock };
  const location = serviceLocation(env.INIT_CWD ?? cwd, ports);
  const store = await openServiceStore(location, ports);
  try {
    const value = await store.entry('connection', name);
    const [row] = value === undefined ? [] : rowsFrom(new Map([[name, value]]));
    const template = row && templatesFrom(await store.entries('template')).get(row.template);
    if (!row || !template) throw noConnection(name);
    const found = configurationOf(row, { template, secrets: createRowSecrets(location, ports) });
    return { path: found.path, text: found.text, values: (await found.row?.values()) ?? {} };
  } finally {
    await store.close();
  }
}

function noConnection(name: string): ConfigError {
  return new ConfigError(`No connection ${name} stands as a row in this folder.`, {
    code: 'no-connection',
    hint: 'Check its name, and run the command in the folder of the service.',
  });
}
