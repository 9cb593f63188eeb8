import type { Remedy } from '../core/domain/remedy.ts';
import type { RunReport } from '../core/domain/run/run-report.ts';
import type { ServiceEvent } from '../core/service/events.ts';

/** How a program says a remedy: a command that follows the hint, or a sentence of its own. */
export type RemedyWords = { readonly command: string } | { readonly sentence: string };
/** Undefined for a remedy that it does not know, such as one that another version has stored. */
export type WordsFor = (remedy: Remedy) => RemedyWords | undefined;

/** What a person should do about a failure, in the words of the program where it has some. Undefined: nothing. */
export function hintOf(
  { hint, remedy }: { readonly hint?: string | undefined; readonly remedy?: Remedy | undefined },
  wordsFor: WordsFor | undefined,
): string | undefined {
  const words = remedy && wordsFor?.(remedy);
  if (!words) return hint;
  if ('sentence' in words) return hint === undefined ? words.sentence : `${hint} ${words.sentence}`;
  return hint === undefined ? words.command : `${hint.replace(/\.$/, '')}: ${words.command}.`;
}

/** A failure whose hint holds the words of the program. */
export function withWords<F extends { readonly hint?: string; readonly remedy?: Remedy }>(
  failure: F,
  wordsFor: WordsFor | undefined,
): F {
  const hint = hintOf(failure, wordsFor);
  return hint === undefined ? failure : { ...failure, hint };
}

/** A report whose error says what to do in the words of the program. */
export function reportInWords(report: RunReport, wordsFor: WordsFor | undefined): RunReport {
  return report.error ? { ...report, error: withWords(report.error, wordsFor) } : report;
}

/** An event whose failure says so too. The report of a run has the words already. */
export function eventInWords(event: ServiceEvent, wordsFor: WordsFor | undefined): ServiceEvent {
  return event.kind === 'run-rejected' ? withWords(event, wordsFor) : event;
}
