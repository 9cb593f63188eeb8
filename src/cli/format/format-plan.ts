import type { PlannedAction, PlannedChange } from '../../core/plan/planned-change.ts';
import { isDeletion } from '../../core/report/deletions.ts';

export type PlannedKind = Exclude<PlannedAction, 'note'>;

/** The kinds of change in the order in which a plan counts them, with the word and the mark for each. */
export const kinds: readonly { readonly name: PlannedKind; readonly noun: string; readonly mark: string }[] = [
  { name: 'create', noun: 'create', mark: '+' },
  { name: 'update', noun: 'update', mark: '~' },
  { name: 'adopt', noun: 'adopt', mark: '≈' },
  { name: 'deactivate', noun: 'deactivate', mark: '-' },
  { name: 'conflict', noun: 'conflict', mark: '!' },
  { name: 'reject', noun: 'reject', mark: '✖' },
  { name: 'skip', noun: 'skip', mark: '·' },
];

/** The order in which changes are listed: what a person has to decide or look at comes first. */
export const listedKinds: readonly PlannedKind[] = [
  'conflict',
  'reject',
  'deactivate',
  'adopt',
  'update',
  'create',
  'skip',
];

/** What each kind means, for readers of a first plan. */
export const meanings: Readonly<Record<PlannedKind, string>> = {
  conflict:
    'A Zendesk user has the e-mail address of the customer, and belongs to another customer or system. Nothing is written until you say who it is.',
  reject: 'The customer cannot be written as it is. Nothing is written; the next sync after a correction tries again.',
  deactivate: 'The customer is inactive or gone at the source: policies.inactive says what becomes of its user.',
  adopt:
    'A Zendesk user has the e-mail address of the customer and belongs to nobody yet: it becomes the user of the customer and keeps its tickets.',
  update: 'Fields of the customer have changed since they were last written.',
  create:
    'No Zendesk user is linked to the customer or has its e-mail address: a new end user, without an e-mail to it.',
  skip: 'A rule leaves the customer out. Nothing is written.',
};

/** The word for one change. A user that is deleted is not called updated, whatever the policy or the run that does it. */
export function verbOf({ action, fields }: Pick<PlannedChange, 'action' | 'fields'>): {
  readonly verb: string;
  readonly mark: string;
} {
  if (isDeletion(fields)) return { verb: 'delete', mark: '-' };
  const kind = kinds.find(({ name }) => name === action);
  return { verb: kind?.noun ?? action, mark: kind?.mark ?? ' ' };
}

/** `40 s`, `12 min`, `3 h 5 min`. */
export function describeTime(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
