import type { TwinResponse } from '../../server/twin.ts';

/** Resources of the official specification that the twin plays nothing of. */
const unplayed = new Set(
  [
    'accounts activities any_channel approval_requests attachments audit_logs autocomplete automations',
    'bookmarks brand_agents brands channels chat_file_redactions chat_redactions comment_redactions',
    'custom_objects custom_roles custom_status custom_statuses deleted_tickets deleted_users',
    'deletion_schedules dynamic_content email_notifications end_users group_memberships group_slas groups',
    'imports it_asset_management macros organization_merges organization_subscriptions problems',
    'push_notification_devices queues recipient_addresses relationships remote_authentications requests',
    'resource_collections routing satisfaction_ratings satisfaction_reasons search security_settings',
    'sessions sharing_agreements skips slas suspended_tickets tags target_failures targets',
    'task_list_templates ticket_audits ticket_content_pins ticket_fields ticket_form_statuses',
    'ticket_forms ticket_metrics tickets trigger_categories triggers uploads views workspaces',
  ].flatMap((line) => line.split(' ')),
);

/** Calls of the other resources that Zendesk answers and the twin does not: one of each line's methods, and a path below /api/v2. */
const lacking: readonly (readonly [methods: string, path: RegExp])[] = [
  ['PUT', /^\/account\/settings$/],
  ['GET', /^\/incremental\/(users|organizations|tickets)(\/cursor)?$/],
  ['GET', /^\/locales\/\w+$/],
  ['GET POST PUT DELETE', /^\/oauth\/(clients|global_clients|tokens)(\/\w+)*$/],
  ['POST', /^\/organization_memberships$/],
  ['GET DELETE', /^\/organization_memberships\/(\d+|destroy_many)$/],
  ['GET PUT DELETE', /^\/organizations\/(\d+|destroy_many)$/],
  ['GET', /^\/organizations\/(count|autocomplete)$/],
  ['POST', /^\/organizations\/create_or_update$/],
  [
    'GET POST PUT DELETE',
    /^\/organizations\/\d+\/(merge|merges|organization_memberships|related|requests|subscriptions|tags|tickets|users)(\/count)?$/,
  ],
  ['GET DELETE', /^\/(user|organization)_fields\/\d+(\/options(\/\d+)?)?$/],
  ['GET PUT', /^\/(user|organization)_fields\/(reorder|show_many)$/],
  ['POST', /^\/users\/(create_or_update|create_or_update_many|logout_many|request_create|autocomplete)$/],
  ['GET', /^\/users\/autocomplete$/],
  ['GET PUT DELETE', /^\/users\/me\/(logout|oauth\/clients|session|session\/renew|settings)$/],
  ['GET PUT', /^\/users\/\d+\/identities\/\d+(\/(verify|request_verification))?$/],
  ['GET DELETE', /^\/users\/\d+\/organization_memberships\/\d+$/],
  ['PUT', /^\/users\/\d+\/organization_memberships\/\d+\/make_default$/],
  ['GET', /^\/users\/\d+\/organizations(\/count)?$/],
  [
    'GET POST PUT DELETE',
    /^\/users\/\d+\/(tags|password|sessions|groups|group_memberships|tickets|requests|skips|brand_agents|entitlements|compliance_deletion_statuses|organization_subscriptions)(\/.*)?$/,
  ],
];

/** A call that the twin does not answer. One that Zendesk would answer is not passed off as missing there. */
export function unknownEndpoint(method: string, path: string): TwinResponse {
  const [, resource = ''] = path.split('/');
  const isLacking =
    unplayed.has(resource) ||
    lacking.some(([methods, pattern]) => methods.split(' ').includes(method) && pattern.test(path));
  if (!isLacking) return { status: 404, body: { error: 'InvalidEndpoint', description: 'Not found' } };
  return {
    status: 501,
    body: {
      error: 'NotInSandbox',
      description: `The sandbox does not play ${method} /api/v2${path}, which Zendesk has. It plays users, their identities and fields, organizations, memberships and jobs.`,
    },
  };
}
