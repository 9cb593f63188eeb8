import type { Logger } from '../core/domain/log.ts';
import type { Redactor } from '../core/redaction/redact.ts';
import type { RolodeskConfig } from './define-config.ts';
import type { WordsFor } from './hint.ts';

export type ConfigSource = string | RolodeskConfig | undefined;

/** What the application takes from the process that it runs in. Nothing in src/app reads the process itself. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin. */
  readonly cwd: string;
  /** For sources that read standard input. */
  readonly stdin: NodeJS.ReadableStream;
  /** Learns every secret that is met, and takes it out of what is logged. */
  readonly redactor: Redactor;
  /** How this program says what a person can do, for alerts and logs. Absent: they hold the hints alone. */
  readonly wordsFor?: WordsFor;
  /** Called with what a person should know about the configuration although the work goes on. */
  warn?(message: string): void;
}

/** Which configuration is meant, and where it is read. */
export interface AppContext {
  /** Path of the configuration, or the configuration itself. Undefined: the file in `cwd`. */
  readonly asked: ConfigSource;
  readonly host: Host;
  readonly log: Logger;
}
