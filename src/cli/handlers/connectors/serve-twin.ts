import { globSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { systemClock } from '../../../core/clock.ts';
import { resolveOwnModules } from '../../../core/config/self-resolve.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { SourceTwin, TwinOptions } from '../../../testing/index.ts';
import type { CommandContext } from '../../command.ts';

type MakeTwin = (options: TwinOptions) => SourceTwin | Promise<SourceTwin>;

// A function, whose arguments and result only its own module knows.
const moduleShape = z.looseObject({ twin: z.custom<MakeTwin>((value) => typeof value === 'function') });

/** Serves the twin of a connector until it is stopped. */
export async function serveTwin(
  cli: CommandContext,
  { file, port, pages }: { readonly file?: string; readonly port: number; readonly pages: number },
): Promise<number> {
  const path = cli.pathOf(file ?? onlyTwinIn(cli.pathOf('.')));
  const make = await load(path);
  const twin = await make({ pages, port, clock: systemClock });
  try {
    const { url } = twin;
    if (url === undefined) throw new ConfigError(`The twin of ${path} serves no API: it has no url.`);
    cli.printJson({ url, records: twin.keys().length });
    cli.print(`${url}   ${twin.keys().length} records`);
    const { dim } = cli.style;
    cli.print(dim(`POST ${url}/__sandbox/records adds one; PUT and DELETE …/records/KEY change and remove it.`));
    cli.print(dim('Faults: POST /__sandbox/faults {"fault":"503","every":3}. Ctrl-C ends it.'));
    await stopped(cli.terminal.signal);
    return 0;
  } finally {
    await twin.close?.();
  }
}

function onlyTwinIn(folder: string): string {
  const [first, ...others] = globSync('*.twin.{ts,js}', { cwd: folder }).sort();
  if (first !== undefined && others.length === 0) return first;
  throw new ConfigError(
    first === undefined ? `There is no twin in ${folder}.` : `There are several twins in ${folder}.`,
    {
      code: 'usage',
      hint: 'Name the file, as in rolodesk connectors twin acme.twin.ts.',
    },
  );
}

async function load(path: string): Promise<MakeTwin> {
  resolveOwnModules();
  let found: unknown;
  try {
    found = await import(pathToFileURL(path).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${path} can't be loaded: ${reason}`, { code: 'twin-module', cause: error });
  }
  const module = moduleShape.safeParse({ ...Object(found) });
  if (module.success) return module.data.twin;
  throw new ConfigError(`${path} exports no function twin.`, {
    code: 'twin-module',
    hint: 'It must export const twin = (options: TwinOptions) => createTwin({ ...options, … }), from rolodesk/testing.',
  });
}

async function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
