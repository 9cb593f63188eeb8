import type { Logger } from './log.ts';
import type { Remedy } from './remedy.ts';

/** Something the reader of a report should know that did not stop the run. Holds no personal data. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** What every call to a source or sink is handed. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Adds a line to the run's report. The same code and message are reported once. */
  warn(warning: Warning): void;
}

/** One line of `rolodesk check`. */
export interface CheckLine {
  readonly ok: boolean | 'warning';
  readonly title: string;
  /** What was found, or what to do when it is not ok. */
  readonly detail: string;
  readonly remedy?: Remedy;
}

export interface CheckResult {
  /** Who the other side says we are, such as a company's or an agent's name. */
  readonly identity: string;
  readonly lines: readonly CheckLine[];
}
