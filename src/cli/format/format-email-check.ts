import { type Finding, type Kind, kinds } from '../../app/email-check/examine.ts';
import { reasonsOfRoles } from '../../app/email-check/role-addresses.ts';
import type { EmailReport } from '../../app/operations/check-emails.ts';
import { counted } from '../../core/records/counted.ts';
import type { Style } from '../terminal.ts';

const width = 80;

/** What was found, for people: the counts, then kind by kind, no line wider than a narrow terminal. */
export async function* linesOf(
  style: Style,
  { report, withAddress, findings, counts: all, policies }: EmailReport,
): AsyncGenerator<string> {
  const { sharedAddresses, ...counts } = all;
  yield style.bold(`${counted(report.tallies.read, 'customer')}, ${withAddress} with an address`);
  for (const kind of kinds) {
    const words = counts[kind] === 1 ? 'customer' : 'customers';
    const more = kind === 'shared' ? ` ${words}, ${counted(sharedAddresses, 'address', 'addresses')}` : '';
    yield `  ${kind.padEnd(10)}${String(counts[kind]).padStart(8)}${more}`;
  }
  yield style.dim('  Nothing was written, and Zendesk was not asked: an address that it has and');
  yield style.dim('  Rolodesk has not met there may still be refused. rolodesk plan asks.');
  for (const { message } of report.warnings) yield style.warn(`  ! ${message}`);
  if (report.error) yield style.bad(`  Not every customer was read: ${report.error.message}`);
  let last: Finding | undefined;
  for await (const finding of findings()) {
    if (finding.kind !== last?.kind) {
      const [heading = '', ...rest] = headingOf(finding.kind, policies);
      yield `\n${style.bold(heading)}`;
      for (const line of rest) yield style.dim(`  ${line}`);
    }
    yield* findingLines(finding, last);
    last = finding;
  }
}

function* findingLines(finding: Finding, last: Finding | undefined): Generator<string> {
  const { kind, key, name, text, address = '', role } = finding;
  const outcome = outcomeOf(finding);
  if (kind === 'shared') {
    if (last?.kind !== kind || last.address !== address) yield `  ${clip(address, width - 2)}`;
    yield `    ${clip(`${key}  ${name}`, width - 6 - outcome.length)}: ${outcome}`;
    return;
  }
  yield `  ${clip(`${key}  ${name}`, width - 2)}`;
  const about = role === undefined ? '' : ` (${role})`;
  yield `      ${clip(text, width - 8 - about.length - outcome.length)}${about}: ${outcome}`;
}

function outcomeOf({ kind, outcome, reason, hasAddress, text, address }: Finding): string {
  if (reason !== undefined) return `${outcome}, ${reason}`;
  if (!hasAddress) return `${outcome}, without it`;
  return kind === 'shared' || text.toLowerCase() === address ? `${outcome}, has it` : `${outcome}, first valid one`;
}

const othersWith: Readonly<Record<EmailReport['policies']['sharedEmail'], string>> = {
  first: 'The others are skipped. `none` makes them without it, `merge` one user of all.',
  none: 'The others are made without it. `first` skips them, `merge` makes one user of all.',
  merge: 'The others are part of that user. `first` skips them, `none` makes them without it.',
};

function headingOf(kind: Kind, { sharedEmail, invalidEmail }: EmailReport['policies']): readonly string[] {
  switch (kind) {
    case 'shared':
      return [
        `Shared addresses (policies.sharedEmail: ${sharedEmail})`,
        'Zendesk allows one user for an address. Whoever has it already keeps it; then',
        'parents come before their children, and all in the order of reading.',
        othersWith[sharedEmail],
      ];
    case 'malformed':
      return [
        `Malformed addresses (policies.invalidEmail: ${invalidEmail})`,
        invalidEmail === 'reject'
          ? 'A customer without any valid one is set aside. `drop` syncs it without it.'
          : 'A customer without any valid one is synced without it. `reject` sets it aside.',
      ];
    case 'multiple':
      return ['Several addresses in one field', 'The first valid one is used; the others are not written.'];
    case 'role':
      return [
        'Role addresses',
        'Synced like any other; leave them out with `filter` if they should not be.',
        ...reasonsOfRoles().flatMap(([role, why]) => wrap(`${role}: ${why}`)),
      ];
    default:
      return kind satisfies never;
  }
}

function clip(text: string, most: number): string {
  const letters = [...text.replaceAll(/[\p{Cc}\s\p{Bidi_Control}]+/gu, ' ')];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : letters.join('');
}

function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length + 1 > width - 4)
      lines.push(lines.length > 0 ? `  ${word}` : word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
