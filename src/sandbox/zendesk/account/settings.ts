import type { TwinResponse } from '../../server/twin.ts';

/** Settings of an account that decide what a write of a user comes to. */
export interface AccountSettings {
  /** Off: tags of users are neither kept nor shown. */
  readonly tagging: boolean;
  readonly multipleOrganizations: boolean;
  readonly phoneValidation: boolean;
  readonly welcomeMails: boolean;
  /** What a write of `phone` does to a user that has one: seen both ways (zendesk-java-client#553, zendesk_api_client_rb#487). */
  readonly phoneUpdates: 'replace' | 'add';
}

/** In the groups that the API shows them in, next to a few that matter to nobody here. */
export function createSettings() {
  let current: AccountSettings = {
    tagging: true,
    multipleOrganizations: true,
    phoneValidation: false,
    welcomeMails: true,
    phoneUpdates: 'replace',
  };
  return {
    get current(): AccountSettings {
      return current;
    },
    set(some: Partial<AccountSettings>): void {
      current = { ...current, ...some };
    },
    shown: (): TwinResponse => ({
      status: 200,
      body: {
        settings: {
          active_features: { user_tagging: current.tagging, ticket_tagging: true, customer_satisfaction: false },
          api: { accepted_api_agreement: true, api_password_access: false, api_token_access: true },
          tickets: { tagging: true, maximum_personal_views_to_list: 8 },
          user: {
            agent_created_welcome_emails: current.welcomeMails,
            end_user_phone_number_validation: current.phoneValidation,
            have_gravatars_enabled: true,
            language_selection: true,
            multiple_organizations: current.multipleOrganizations,
            tagging: current.tagging,
            time_zone_selection: true,
          },
        },
      },
    }),
  };
}

export type Settings = ReturnType<typeof createSettings>;
