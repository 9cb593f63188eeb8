import type { DuplicateGroup, DuplicatesReport, DuplicateUser } from '../../app/operations/duplicates/duplicates.ts';
import { counted } from '../../core/records/counted.ts';
import type { Style } from '../terminal.ts';
import { visibleLine } from './visible.ts';

const reasonWords = {
  phone: 'same phone number',
  'name-and-organization': 'same name and organization',
  address: 'look-alike address',
} as const satisfies Record<DuplicateGroup['reasons'][number]['reason'], string>;

/** Why a user is in its group: what it has in common with which others. */
export function whyOf({ id }: Pick<DuplicateUser, 'id'>, { reasons }: Pick<DuplicateGroup, 'reasons'>): string {
  return reasons
    .filter(({ users }) => users.includes(id))
    .map(({ reason, users }) => `${reasonWords[reason]} as ${users.filter((other) => other !== id).join(', ')}`)
    .join('; ');
}

/** What all users of the group have in common, without saying who. */
function reasonsOf({ reasons }: DuplicateGroup): string {
  return [...new Set(reasons.map(({ reason }) => reasonWords[reason]))].join(', ');
}

export async function* duplicateLines(report: DuplicatesReport, style: Style): AsyncGenerator<string> {
  const { counts, destinationOrigin, at, requests, warnings } = report;
  const { users, groups, duplicates, commonValues } = counts;
  yield style.bold(`${counted(users, 'end user')} of ${new URL(destinationOrigin).host} compared, ${at}`);
  yield groups === 0
    ? style.good('✔ no two of them look like one customer')
    : style.warn(`! ${duplicates} of them look like ${counted(groups, 'customer')}`);
  if (commonValues > 0)
    yield style.dim(
      `  left out: ${counted(commonValues, 'value')} that more than ten users have, such as a switchboard`,
    );
  yield style.dim(`  with ${counted(requests, 'Zendesk call')}`);
  for (const { message } of warnings) yield style.warn(`  ! ${message}`);
  for await (const group of report.groups()) {
    yield '';
    yield `${style.bold(String(group.group))}  ${reasonsOf(group)}`;
    for (const user of group.users) yield* userLines(user, style);
  }
}

function* userLines(
  { id, name, email, phone, organization, customer }: DuplicateUser,
  style: Style,
): Generator<string> {
  const linked = customer === undefined ? '' : `  customer ${customer}`;
  yield visibleLine(`   user ${id}${linked}  ${name}`.trimEnd());
  const known = [email, phone, organization].filter((part) => part !== undefined);
  if (known.length > 0) yield style.dim(visibleLine(`     ${known.join('  ')}`));
}
