import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { type Clock, systemClock } from '../core/clock.ts';
import { defined } from '../core/defined.ts';
import type { Logger } from '../core/domain/log.ts';
import { createRedactor } from '../core/redaction/redact.ts';
import { createPipeline, type OpenedPipeline } from './create-pipeline.ts';
import type { RolodeskConfig } from './define-config.ts';
import type { AppContext, Host } from './host.ts';
import type { OperationContext } from './operations/context.ts';
import type { ProgressEvent } from './progress-event.ts';
import { redactedLogger } from './redacted-logger.ts';
import { readSettings } from './settings.ts';
import { createStateBackends } from './state/backends.ts';

/** Rolodesk reads nothing from the process except what is passed here. */
export interface OpenPipelineOptions {
  /** Values of `${NAME}` in the configuration, and `ROLODESK_KEY`. A `.env` next to the configuration adds to them. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. Default: the working directory of the process. */
  readonly cwd?: string;
  readonly clock?: Clock;
  /** Receives events with fields, without secrets. Default: nothing is logged. */
  readonly logger?: Logger;
  /** Stops all calls: reading at once, writes in flight within a minute. */
  readonly signal?: AbortSignal;
  /** Called at most every 100 ms. */
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Called with warnings about the configuration that do not stop the work. */
  readonly onWarning?: (message: string) => void;
  /** Standard input, for sources that read it. Default: empty. */
  readonly stdin?: NodeJS.ReadableStream;
}

/**
 * Reads and checks a configuration: a path, or what a rolodesk.config.ts exports. It calls no account; the methods of
 * the result do. Throws ConfigError with every problem at once.
 */
export async function openPipeline(
  pathOrConfig: string | RolodeskConfig,
  options: OpenPipelineOptions = {},
): Promise<OpenedPipeline> {
  const { env = {}, cwd = '.', clock = systemClock, logger = silent, stdin, signal, onProgress, onWarning } = options;
  const folder = resolve(cwd);
  const redactor = createRedactor([]);
  const host: Host = {
    env,
    cwd: folder,
    stdin: stdin ?? Readable.from([]),
    redactor,
    states: createStateBackends(),
    ...defined({ warn: onWarning }),
  };
  return await openConfigured({
    asked: typeof pathOrConfig === 'string' ? resolve(folder, pathOrConfig) : pathOrConfig,
    host,
    log: redactedLogger(logger, redactor),
    clock,
    signal: signal ?? new AbortController().signal,
    ...defined({ onProgress }),
  });
}

/** As `openPipeline`, for a program that has a host of its own. */
export async function openConfigured({
  asked,
  host,
  ...context
}: AppContext & Omit<OperationContext<ProgressEvent>, 'settings'>): Promise<OpenedPipeline> {
  const settings = await readSettings({ asked, host });
  if (settings.warning !== undefined) host.warn?.(settings.warning);
  return createPipeline({ ...context, settings, host });
}

const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // Whoever wants to see it passes a logger.
}
