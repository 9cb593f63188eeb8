import type { AuditEntry, AuditedKind, UserKind } from '../../core/audit/findings.ts';
import type { Audit, AuditFindingSummary } from '../../core/audit/run-audit.ts';

/** The words of an audit, for the terminal, the page and the spreadsheet alike. */

export const auditKinds: readonly { readonly name: AuditedKind; readonly mark: string }[] = [
  { name: 'missing', mark: '-' },
  { name: 'differing', mark: '≠' },
  { name: 'extra', mark: '+' },
  { name: 'duplicated', mark: '=' },
  { name: 'rejected', mark: '✖' },
  { name: 'skipped', mark: '·' },
];

const userWords: Readonly<Record<UserKind, string>> = {
  inSync: 'in step',
  differing: 'differing',
  excluded: 'of customers skipped or rejected',
  deactivated: 'deactivated, customer gone',
  extra: 'extra, customer gone',
  duplicated: 'duplicated',
  unmanaged: 'not ours',
};

type Line = readonly [name: string, count: number];
/** The first line is the sum of the others. */
export type Sum = readonly [Line, ...Line[]];

export function customerLines({ source }: Pick<Audit, 'source'>): Sum {
  const { total, inSync, differing, missing, skipped, rejected } = source;
  return [
    ['customers', total],
    ['in step', inSync],
    ['differing', differing],
    ['missing', missing],
    ['skipped', sumOf(skipped)],
    ['rejected', sumOf(rejected)],
  ];
}

export function userLines({ destination }: Pick<Audit, 'destination'>): Sum {
  const { total, ...counts } = destination;
  // Its keys are the kinds: its type says so.
  const lines = Object.entries(userWords).map(([kind, words]): Line => [words, counts[kind as UserKind]]);
  return [['users', total], ...lines];
}

/** What should be known about how the comparison was made. */
export function notesOf({ normalized, unlistedFields }: Audit): string[] {
  const forms = `In ${normalized} of those in step Zendesk shows a value in a form of its own, such as another name for a time zone, or a primary address that stays.`;
  const related = `Zendesk's list of users does not show ${unlistedFields.join(', ')}: of these, what the source has is compared with what was last sent.`;
  return [...(normalized > 0 ? [forms] : []), ...(unlistedFields.length > 0 ? [related] : [])];
}

export function decisionOf({ inSync, source, destination }: Audit): string {
  if (inSync) return `In step: no customer is missing or differs, and no user is extra or duplicated.`;
  const { differing, missing } = source;
  const { extra, duplicated } = destination;
  const parts: readonly Line[] = [
    ['missing', missing],
    ['differing', differing],
    ['extra', extra],
    ['duplicated', duplicated],
  ];
  return `Not in step: ${parts.flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : [])).join(', ')}.`;
}

/** `customer 58` or `user 361…`: what an entry is about, as both sides call it. */
export function subjectsOf({ key, destinationId }: AuditEntry): string[] {
  return [
    ...(key === undefined ? [] : [`customer ${key}`]),
    ...(destinationId === undefined ? [] : [`user ${destinationId}`]),
  ];
}

export function examplesOf({ kind, count, examples }: AuditFindingSummary): string {
  const what = kind === 'extra' || kind === 'duplicated' ? 'user' : 'customer';
  const rest = count > examples.length ? ' …' : '';
  return `${what} ${examples.join(', ')}${rest}`;
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
