import type { Logger } from '../../core/domain/log.ts';

const longest = 2000;
/** Of a line without an end so much is kept: more than is logged, so that no secret is cut in two where it would show. */
const maxKept = 64 * 1024;
/** Where the usual formats of a log have their level. */
const beginning = 120;

/** What a tap says on standard error, line by line in our log, with secrets and addresses taken out. */
export function createTapLog(log: Logger, redact: (text: string) => string) {
  let rest = '';
  let level: 'debug' | 'warn' | 'error' = 'debug';

  function tell(line: string): void {
    if (line.trim() === '') return;
    // A line without a level continues the one before: a stack trace.
    level = levelOf(line.slice(0, beginning)) ?? level;
    // Before it is cut: half a secret would not be known for one.
    log[level]({ line: redact(line).slice(0, longest) }, 'the tap says');
  }

  function keep(text: string): void {
    if (rest.length < maxKept) rest += text.slice(0, maxKept - rest.length);
  }

  return {
    take(text: string): void {
      const [first = '', ...more] = text.split('\n');
      keep(first);
      for (const next of more) {
        tell(rest);
        rest = '';
        keep(next);
      }
    },
    end(): void {
      tell(rest);
      rest = '';
    },
  };
}

function levelOf(text: string): 'debug' | 'warn' | 'error' | undefined {
  const word = /\b(?:CRITICAL|FATAL|ERROR|WARN(?:ING)?|INFO|DEBUG|Traceback)\b/.exec(text)?.[0];
  if (word === undefined) return undefined;
  if (word.startsWith('WARN')) return 'warn';
  return word === 'INFO' || word === 'DEBUG' ? 'debug' : 'error';
}
