import { zendesk } from '../../../src/connectors/zendesk/index.ts';
import type { ZendeskUser } from '../../../src/connectors/zendesk/user.ts';
import { startSandbox, zendeskCredentials } from '../../../src/sandbox/index.ts';

const { clientId, clientSecret } = zendeskCredentials;

/** What `testSink` needs of Zendesk: its twin, and customers as a mapper gives them. */
export const zendeskSuite = {
  connector: zendesk,
  async twin({ now }: { readonly now: () => number }) {
    const box = await startSandbox({ customers: 0, now });
    return {
      url: box.zendesk.url,
      externalIds(): readonly string[] {
        box.zendesk.settleJobs();
        return [...box.zendesk.users.byId.values()].flatMap(({ external_id }) => external_id ?? []);
      },
      close: box.close,
    };
  },
  config: ({ url }: { readonly url: string }) => ({ baseUrl: url, auth: { type: 'oauth', clientId, clientSecret } }),
  fields: ['email', 'external_id', 'name'],
  payload: (n: number): ZendeskUser => ({
    external_id: `kit:account:${n}`,
    name: `Customer ${n}`,
    email: `c${n}@example.com`,
    skip_verify_email: true,
  }),
  renamed: (payload: ZendeskUser): ZendeskUser => ({ ...payload, name: `${payload.name} and Sons` }),
  // Zendesk requires a name.
  refused: { external_id: 'kit:account:none', name: '', skip_verify_email: true },
};
