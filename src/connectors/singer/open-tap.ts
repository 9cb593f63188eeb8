import { resolve } from 'node:path';
import type { SourceOptions } from '../../core/connector.ts';
import type { CallContext } from '../../core/domain/context.ts';
import type { Json } from '../../core/domain/json.ts';
import { createRedactor } from '../../core/redaction/redact.ts';
import { parseCatalog, readCatalog, selectIn } from './catalog.ts';
import type { SingerConfig } from './config.ts';
import { type Message, parseMessage } from './messages.ts';
import { openTapFiles } from './tap-files.ts';
import { captureOutput, runTap, type TapOptions } from './tap-process.ts';

export type Catalog = ReturnType<typeof parseCatalog>;

/** A tap with its files: the secrets in them stay on disk until it is closed. */
export interface OpenTap {
  /** From the file that the configuration names, or from the tap, which is asked once. */
  catalog(context: CallContext): Promise<Catalog>;
  /** The messages of a sync that continues from a state. Undefined: from the beginning. */
  sync(
    from: { readonly catalog: Catalog; readonly state: Json | undefined },
    context: CallContext,
  ): AsyncGenerator<Message>;
  close(): Promise<void>;
}

/** Returns what opens the tap for one piece of work. */
export function createTapOpener(options: SourceOptions<SingerConfig>): () => Promise<OpenTap> {
  const { config, folder, clock } = options;
  const redactor = createRedactor([]);
  const onSecret = (secret: string): void => {
    redactor.add(secret);
    options.onSecret(secret);
  };
  const tap = (args: readonly string[]): TapOptions => ({
    command: [...config.command, ...args],
    folder,
    env: { ...options.childEnvironment, ...config.env },
    clock,
    timeoutMs: config.timeout * 1000,
    redact: redactor.redact,
  });
  let discovered: Catalog | undefined;

  return async () => {
    const files = await openTapFiles({ ...options, onSecret });
    return {
      async catalog(context) {
        if (config.catalog !== 'auto') return await readCatalog(config, folder);
        discovered ??= parseCatalog(
          await captureOutput(tap(['--config', files.config, '--discover']), context),
          'What the tap gave for --discover',
        );
        return discovered;
      },
      async *sync({ catalog, state }, context) {
        const path =
          config.catalog === 'auto'
            ? await files.write('catalog', selectIn(catalog, config))
            : resolve(folder, config.catalog);
        const args = ['--config', files.config, '--catalog', path];
        if (state !== undefined) args.push('--state', await files.write('state', state));
        for await (const { text, number } of runTap(tap(args), context)) yield parseMessage(text, number);
      },
      close: files.close,
    };
  };
}
