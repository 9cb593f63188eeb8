import type { SinkPolicies } from '../../../core/destination.ts';
import type { CheckLine, Warning } from '../../../core/domain/context.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { UserSettings } from '../api/api-schemas.ts';

/** What of the account's settings decides whether a write means anything. A setting that is absent is unknown. */
export interface SettingsInUse {
  /** Undefined where they may not be read. */
  readonly settings: UserSettings | undefined;
  /** Field names that the mapping sets. */
  readonly fields: readonly string[];
  readonly inactive: SinkPolicies['inactive'];
}

const whereTagging = 'Admin Center > People > Configuration > End users > Tags on users and organizations';
const noTags = `User tagging is off in this Zendesk account: it drops the tags of users. Turn it on (${whereTagging})`;
const noMarks = `${noTags}, or set policies.inactive to suspend, delete or ignore: a tag marks nobody.`;

/** For `check`: a line for each setting that matters to this configuration. */
export function settingLines(use: SettingsInUse): readonly CheckLine[] {
  const { settings, fields } = use;
  if (!settings) return [{ ok: 'warning', title: 'account settings', detail: unknownText }];
  const lines: CheckLine[] = [];
  if (marksByTag(use) && settings.tagging === false) lines.push({ ok: false, title: 'user tagging', detail: noMarks });
  else if (dropsTags(use)) lines.push({ ok: 'warning', title: 'user tagging', detail: `${noTags}.` });
  if (isSingle(use)) lines.push({ ok: 'warning', title: 'organizations', detail: singleText });
  if (settings.end_user_phone_number_validation === true && fields.includes('phone'))
    lines.push({
      ok: true,
      title: 'phone numbers',
      detail: 'validated by Zendesk: a user is rejected for a number that is not valid in E.164',
    });
  return lines;
}

/** For the report of a run. */
export function settingWarnings(use: SettingsInUse): readonly Warning[] {
  if (!use.settings) return [{ code: 'settings-unknown', message: unknownText }];
  return [
    ...(dropsTags(use) ? [{ code: 'tagging-off', message: `${noTags}.` }] : []),
    ...(isSingle(use) ? [{ code: 'one-organization', message: singleText }] : []),
  ];
}

/** A run that would mark inactive customers with tags that Zendesk drops is not started. */
export function assertPolicyWorks(use: SettingsInUse): void {
  if (!marksByTag(use) || use.settings?.tagging !== false) return;
  throw new ConfigError('policies.inactive: tag does nothing: user tagging is off in this Zendesk account.', {
    code: 'tagging-off',
    hint: `Turn it on (${whereTagging}), or set policies.inactive to suspend, delete or ignore.`,
  });
}

const unknownText =
  "The Zendesk user or token may not read the account's settings: whether it keeps tags and lets users be in several organizations is unknown.";
const singleText =
  'Users of this Zendesk account may be in one organization only: each gets the first that the mapping names. Who leaves an organization loses it on tickets that are not closed.';

function marksByTag({ inactive }: SettingsInUse): boolean {
  return inactive === 'tag';
}

function dropsTags({ settings, fields }: SettingsInUse): boolean {
  return settings?.tagging === false && fields.includes('tags');
}

function isSingle({ settings, fields }: SettingsInUse): boolean {
  return settings?.multiple_organizations === false && fields.includes('organizations');
}
