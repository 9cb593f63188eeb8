import type { Json } from '../../core/domain/json.ts';
import type { PlannedAction } from '../../core/plan/planned-change.ts';
import { withNames } from './format-value.ts';
import { visibleLine } from './visible.ts';

const maxValueLength = 60;

/** The kinds of change in the order in which they are shown, with the word and the mark for each. */
export const kinds: readonly {
  readonly name: Exclude<PlannedAction, 'note'>;
  readonly noun: string;
  readonly mark: string;
}[] = [
  { name: 'create', noun: 'create', mark: '+' },
  { name: 'update', noun: 'update', mark: '~' },
  { name: 'adopt', noun: 'adopt', mark: '≈' },
  { name: 'deactivate', noun: 'deactivate', mark: '-' },
  { name: 'conflict', noun: 'conflict', mark: '!' },
  { name: 'reject', noun: 'reject', mark: '✖' },
  { name: 'skip', noun: 'skip', mark: '·' },
];

/** `40 s`, `12 min`, `3 h 5 min`. */
export function describeTime(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A value in one short line, without anything that a terminal would act on. */
export function brief(value: Json): string {
  const text = visibleLine(JSON.stringify(withNames(value)));
  const letters = [...text];
  return letters.length > maxValueLength ? `${letters.slice(0, maxValueLength - 1).join('')}…` : text;
}
