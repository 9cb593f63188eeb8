import type { Logger } from '../core/domain/log.ts';
import type { Redactor } from '../core/redaction/redact.ts';
import type { RolodeskConfig } from './define-config.ts';
import type { WordsFor } from './hint.ts';
import type { StateBackends } from './state/backends.ts';

export type ConfigSource = string | RolodeskConfig | undefined;

/** What the application takes from the process that it runs in. Nothing in src/app reads the process itself. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** For sources that read standard input. */
  readonly stdin: NodeJS.ReadableStream;
  /** Learns every secret, and removes it from logs. */
  readonly redactor: Redactor;
  /** The states that are open in it. */
  readonly states: StateBackends;
  /** How this program words a remedy, for alerts and logs. If absent, they contain only the hints. */
  readonly wordsFor?: WordsFor;
  /** Called with warnings about the configuration that do not stop the work. */
  warn?(message: string): void;
}

/** Which configuration to use, and where it is read. */
export interface AppContext {
  /** Path of the configuration, or the configuration itself. Undefined: the file in `cwd`. */
  readonly asked: ConfigSource;
  readonly host: Host;
  readonly log: Logger;
}
