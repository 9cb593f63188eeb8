import type { AuditProgress } from '../../core/audit/run-audit.ts';
import type { Progress } from '../../core/domain/run/run-report.ts';
import type { CommandContext } from '../command.ts';
import { describeAudit, describeProgress, type Operation } from '../format/progress-text.ts';
import { cut, widthOf } from '../format/text-layout.ts';
import { columnsOf } from '../terminal.ts';

const plainEveryMs = 5_000;

/** What is said when the command is asked to stop. A plan and a check of addresses write nothing. */
const stopping: Readonly<Record<Operation, string>> = {
  'check-emails': 'Stopping. Nothing was written.',
  plan: 'Stopping. Nothing was written.',
  sync: 'Stopping once the writes in flight have ended. Ctrl-C again stops at once.',
  retry: 'Stopping once the writes in flight have ended. Ctrl-C again stops at once.',
  undo: 'Stopping once the writes in flight have ended. Ctrl-C again stops at once.',
};

/** Shows how a run gets on, in the words of its command. */
export function createProgress(cli: CommandContext, now: () => number, operation: Operation) {
  const { clear, done, ...line } = createProgressLine(cli, now, stopping[operation]);
  if (cli.common.quiet) return { show: undefined, clear, done };
  let readingSince: number | undefined;
  const show = (progress: Progress): void => {
    // What came before, such as reading Zendesk's users, says nothing about the customers that are left.
    if (progress.phase === 'read') readingSince ??= now();
    line.show(describeProgress(operation, progress, now() - (readingSince ?? now())));
  };
  return { show, clear, done };
}

/** As `createProgress`, for an audit. */
export function createAuditProgress(cli: CommandContext, now: () => number) {
  const { clear, done, ...line } = createProgressLine(cli, now, 'Stopping. Nothing was written.');
  let comparingSince: number | undefined;
  const show = (progress: AuditProgress): void => {
    if (progress.customers > 0) comparingSince ??= now();
    line.show(describeAudit(progress, now() - (comparingSince ?? now())));
  };
  return { show, clear, done };
}

/**
 * One line that is written over on a terminal, cut to its width; a plain line now and then elsewhere. Says so when the
 * command is asked to stop.
 */
export function createProgressLine({ terminal, common, style }: CommandContext, now: () => number, stop: string) {
  const { stderr, signal } = terminal;
  const isTerminal = stderr.isTTY === true;
  let plainAt = now();
  let drawnWidth = 0;
  let next: { readonly text: string; readonly timer: NodeJS.Immediate } | undefined;
  const draw = (): void => {
    const { text = '' } = next ?? {};
    next = undefined;
    const columns = columnsOf(stderr);
    // The last column stays free: with a character in it, some terminals begin another line.
    const line = cut(text, columns - 1);
    stderr.write(`${eraseLine(drawnWidth, columns)}${style.dim(line)}`);
    drawnWidth = widthOf(line);
  };
  const clear = (): void => {
    if (next) clearImmediate(next.timer);
    next = undefined;
    if (drawnWidth > 0) stderr.write(eraseLine(drawnWidth, columnsOf(stderr)));
    drawnWidth = 0;
  };
  const onStop = (): void => {
    clear();
    stderr.write(`${stop}\n`);
  };
  if (!common.quiet) signal.addEventListener('abort', onStop, { once: true });
  return {
    show: (text: string): void => {
      if (common.quiet) return;
      if (isTerminal) {
        // Not at once: that the terminal has another width by now is learnt from a signal, which comes before this.
        next = { text, timer: next?.timer ?? setImmediate(draw) };
        return;
      }
      if (now() - plainAt < plainEveryMs) return;
      plainAt = now();
      stderr.write(`${text}\n`);
    },
    /** Takes the line away, so that something else can be written. */
    clear,
    done: (): void => {
      signal.removeEventListener('abort', onStop);
      clear();
    },
  };
}

/** A terminal that was made narrower since has broken the line into several: all of them are erased. */
function eraseLine(drawnWidth: number, columns: number): string {
  const rows = Math.max(1, Math.ceil(drawnWidth / columns));
  const up = rows > 1 ? `\u001b[${rows - 1}A` : '';
  return `\r${up}\u001b[${rows > 1 ? 'J' : '2K'}`;
}
