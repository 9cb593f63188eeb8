import { resolve } from 'node:path';
import type { OpenedPipeline } from '../app/create-pipeline.ts';
import type { AppContext } from '../app/host.ts';
import { openConfigured } from '../app/open-pipeline.ts';
import { systemClock } from '../core/clock.ts';
import type { Logger } from '../core/domain/log.ts';
import type { RunReport } from '../core/domain/run/run-report.ts';
import { asTyped } from './format/as-typed.ts';
import { jsonDocument } from './format/json-document.ts';
import { say } from './print/screen.ts';
import { createLogger } from './process/log.ts';
import { wordsFor } from './remedies.ts';
import { type GlobalOptions, type Style, styleFor, type Terminal } from './terminal.ts';

/** What a command gets: where to print, and how to open the pipeline. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly common: GlobalOptions;
  readonly style: Style;
  readonly log: Logger;
  /** What the application layer is called with. */
  readonly app: AppContext;
  print(text: string): void;
  /** The one JSON document of `--json`, to which its version is added. */
  printJson(value: object): void;
  /** A path that was given on the command line, from where the user stood (npm runs scripts elsewhere). */
  pathOf(given: string): string;
  /** Opens the pipeline of the configuration, does the work, closes it. */
  withPipeline<T>(work: (pipeline: OpenedPipeline) => Promise<T>): Promise<T>;
}

export function createCommandContext(terminal: Terminal, common: GlobalOptions): CommandContext {
  const { env, stderr, stdout, redactor, signal } = terminal;
  const wanted = common.color !== false && env.NO_COLOR === undefined && stdout.isTTY === true;
  const log = createLogger({ level: common.verbose ? 'debug' : 'silent', redactor, stderr });
  const warn = (message: string): void => say(stderr, asTyped(message, env));
  const app: AppContext = { asked: common.config, host: { ...terminal, warn, wordsFor }, log };
  return {
    terminal,
    common,
    style: styleFor(wanted),
    log,
    app,
    print: (text) => {
      if (!common.json) say(stdout, asTyped(text, env), { isStyled: wanted });
    },
    printJson: (value) => {
      if (common.json) stdout.write(jsonDocument(value));
    },
    pathOf: (given) => resolve(env.INIT_CWD ?? terminal.cwd, given),
    async withPipeline(work) {
      await using pipeline = await openConfigured({ ...app, clock: systemClock, signal });
      return await work(pipeline);
    },
  };
}

/** Exit code of a run. */
export function exitCodeOf({ outcome, tallies, skips, error }: RunReport): number {
  if (outcome === 'failed') return error?.exitCode ?? 70;
  if (outcome === 'paused') return 130;
  return outcome === 'held' || tallies.rejected > 0 || (skips.drifted ?? 0) > 0 ? 1 : 0;
}
