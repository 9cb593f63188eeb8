import type { CompleteSink } from '../../core/complete-sink.ts';
import { combineUsers } from './combine-users.ts';
import { unflatten } from './fields/fields.ts';
import type { ZendeskPolicies } from './match/ownership.ts';
import type { ZendeskUser } from './user.ts';

type Answers = Pick<
  CompleteSink<ZendeskUser>,
  'externalId' | 'email' | 'withoutEmail' | 'combine' | 'payloadFromLink' | 'deactivated'
>;

/** What the pipeline asks of a payload, without asking Zendesk. */
export function createUserPayloads(policies: Pick<ZendeskPolicies, 'inactive' | 'inactiveTag'>): Answers {
  return {
    externalId: (payload) => payload.external_id,
    email: (payload) => payload.email,
    withoutEmail: ({ email: _, ...payload }) => payload,
    combine: combineUsers,
    payloadFromLink: ({ externalId, sent }) => {
      const { tags, ...payload } = unflatten(externalId, sent);
      return { ...payload, ...(tags && { tags: tags.filter((tag) => tag !== policies.inactiveTag) }) };
    },
    deactivated(payload) {
      if (policies.inactive === 'delete') return 'delete';
      if (policies.inactive === 'suspend') return { ...payload, suspended: true };
      return { ...payload, tags: [...(payload.tags ?? []), policies.inactiveTag] };
    },
  };
}
