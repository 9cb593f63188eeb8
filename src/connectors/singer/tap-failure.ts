import { ConfigError, type RolodeskError, TransientError } from '../../core/domain/errors.ts';
import type { TapEnd } from './tap-child.ts';

/** What went wrong with a tap that ended after so many lines. Undefined for one that ended well. */
export function failureOf(name: string, end: TapEnd, lines: number): RolodeskError | undefined {
  const hint =
    lines === 0
      ? 'Its own words are in the log. It gave nothing before that: check source.command and source.config.'
      : 'Its own messages are in the log. The next run continues from the last state that the tap printed.';
  switch (end.kind) {
    case 'not-started':
      return new ConfigError(`source.command: ${name} can't be started (${codeOf(end.error)}).`, {
        code: 'singer-command',
        hint: 'Is it installed, and on the PATH of the user who runs this? Paths are relative to the configuration.',
        cause: end.error,
      });
    case 'signal':
      return new TransientError(`The tap ${name} was ended by ${end.signal} after ${lines} lines.`, {
        code: 'singer-tap',
        hint,
      });
    case 'exit':
      if (end.code === 0) return undefined;
      return new TransientError(`The tap ${name} failed with exit code ${end.code} after ${lines} lines.`, {
        code: 'singer-tap',
        hint,
      });
    default:
      return end satisfies never;
  }
}

/** For a tap that was stopped because nothing came from it. */
export function silenceError(name: string, timeoutMs: number): TransientError {
  return new TransientError(`The tap ${name} was silent for ${timeoutMs / 1000} s, and was stopped.`, {
    code: 'singer-silent',
    hint: 'Run again later. If it needs that long between two lines, raise source.timeout.',
  });
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
