import { test } from 'vitest';
import { quickbooks } from '../../../src/connectors/quickbooks/index.ts';
import { quickbooksCredentials, startSandbox } from '../../../src/sandbox/index.ts';
import { type SourceTwin, type TwinOptions, testSource } from '../../../src/testing/index.ts';

const rowsPerPage = 1000;

async function twin({ pages, clock }: TwinOptions): Promise<SourceTwin & { readonly url: string }> {
  const box = await startSandbox({ customers: 0, now: clock.now });
  const { company, expireTokens, state } = box.quickbooks;
  const keys = new Set<string>();
  const put = (fields: object) => {
    const text = `Changed at ${clock.now()}`;
    const { Id: key } = company.upsert({ ...fields, DisplayName: text });
    keys.add(key);
    return { key, text };
  };
  for (let n = 1; n <= (pages - 1) * rowsPerPage + 500; n += 1)
    put({ PrimaryEmailAddr: { Address: `c${n}@example.com` } });
  return {
    url: box.quickbooks.url,
    keys: () => [...keys],
    change: (Id) => put({ Id }),
    add: () => put({}),
    remove(key) {
      company.remove(key);
      keys.delete(key);
    },
    expireTokens,
    tokensGiven: () => state().refreshes,
    close: box.close,
  };
}

testSource({
  test,
  connector: quickbooks,
  example: new URL('../../../src/connectors/quickbooks/example.yaml', import.meta.url),
  twin,
  config: ({ url }) => ({
    ...quickbooksCredentials,
    environment: 'sandbox',
    baseUrl: url,
    tokenUrl: `${url}/oauth2/v1/tokens/bearer`,
  }),
});
