import { test } from 'vitest';
import { zendeskSource } from '../../../src/connectors/zendesk/source/index.ts';
import type { SourceConnector } from '../../../src/core/connector.ts';
import { startSandbox, zendeskCredentials } from '../../../src/sandbox/index.ts';
import { type SourceTwin, type TwinOptions, testSource } from '../../../src/testing/index.ts';

const usersPerPage = 100;

async function twin({ pages, clock }: TwinOptions): Promise<SourceTwin & { readonly url: string }> {
  const box = await startSandbox({ customers: 0, plan: 'unlimited', now: clock.now });
  const { users, organizations, expireTokens, state } = box.zendesk;
  const keys = new Set<string>();
  const orchard = organizations.create({ name: 'Orchard' });
  const mill = organizations.create({ name: 'Mill' });
  const put = (key: string | undefined) => {
    const text = `Changed at ${clock.now()}`;
    const known = users.byId.get(Number(key));
    if (known) users.update(known, { name: text });
    const user = known ?? users.create({ name: text, skip_verify_email: true });
    if (!known) organizations.join(user, orchard, true);
    keys.add(String(user.id));
    return { key: String(user.id), text };
  };
  const count = (pages - 1) * usersPerPage + usersPerPage / 2;
  for (let n = 1; n <= count; n += 1) {
    const user = users.byId.get(Number(put(undefined).key));
    if (user) users.addIdentity(user, `u${n}@example.com`, true);
    if (user && n % 10 === 0) organizations.join(user, mill, false);
  }
  users.create({ name: 'An agent', role: 'agent', email: 'agent@example.org', skip_verify_email: true });
  return {
    url: box.zendesk.url,
    keys: () => [...keys],
    change: (key) => put(key),
    add: () => put(undefined),
    remove(key) {
      const user = users.byId.get(Number(key));
      if (user) users.remove(user);
      keys.delete(key);
    },
    // The export leaves out the last minute.
    lagMs: 60_001,
    expireTokens,
    tokensGiven: () => state().tokens,
    close: box.close,
  };
}

/** As a mapping has it that reads everything there is. */
const whole: SourceConnector = {
  ...zendeskSource,
  configure(config) {
    const configured = zendeskSource.configure(config);
    return {
      ...configured,
      createSource: (options) => configured.createSource({ uses: ['organizations', 'identities'], ...options }),
    };
  },
};

const { clientId, clientSecret } = zendeskCredentials;

testSource({
  test,
  connector: whole,
  example: new URL('../../../src/connectors/zendesk/example.yaml', import.meta.url),
  twin,
  config: ({ url }) => ({
    subdomain: undefined,
    baseUrl: url,
    account: 'acme',
    auth: { type: 'oauth', clientId, clientSecret },
  }),
});
