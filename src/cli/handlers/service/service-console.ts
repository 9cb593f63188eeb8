import { type ConsoleConfig, consoleOf, localConsole } from '../../../app/console/config.ts';
import type { Console, ConsoleOptions } from '../../../app/console/create-console.ts';
import type { Place } from '../../../app/service/catalog/place.ts';
import { firstSettings } from '../../../app/service/first-settings.ts';
import { stateOfPlace } from '../../../app/service/service-turns.ts';
import { systemClock } from '../../../core/clock.ts';
import type { CommandContext } from '../../command.ts';
import { explanationOf } from '../../explanations.ts';

type Ports = Pick<ConsoleOptions, 'log' | 'configurations' | 'budgetsOf' | 'overview' | 'isShared'>;

/** What `console:` of the first configuration says; undefined where it says nothing of one, and nobody asks for one. */
export async function configuredConsole(
  { app: { host } }: CommandContext,
  place: Place,
  { isAskedFor }: { readonly isAskedFor: boolean },
): Promise<ConsoleConfig | undefined> {
  const settings = await firstSettings(place, host);
  return consoleOf(settings?.config.console) ?? (isAskedFor ? localConsole : undefined);
}

/** A console of the service of this place. Its code is loaded only where there is one. */
export async function openConsole(
  { app: { host }, terminal }: CommandContext,
  place: Place,
  { config, ...ports }: Ports & { readonly config: ConsoleConfig },
): Promise<Console> {
  const { createConsole } = await import('../../../app/console/create-console.ts');
  const { ensureConsoleBuilt } = await import('../../../console-build/ensure-console-built.ts');
  return await createConsole({
    ...ports,
    config,
    host,
    clock: systemClock,
    signal: terminal.signal,
    state: await stateOfPlace(place, host),
    pages: await ensureConsoleBuilt(),
    meaningOf: (code) => explanationOf(code).cause,
  });
}

/** The host that a public address adds to those under which a server is reached. */
export function hostsOf({ publicUrl }: ConsoleConfig): readonly string[] {
  return publicUrl === undefined ? [] : [new URL(publicUrl).hostname];
}
