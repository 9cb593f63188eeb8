import { readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { parse } from 'yaml';
import { http } from '../../../src/connectors/http/index.ts';
import {
  createTwin,
  type RestTwinOptions,
  type TwinOptions,
  type TwinPaging,
  testSource,
} from '../../../src/testing/index.ts';

const client = { clientId: 'app', clientSecret: 'a-client-secret', refreshToken: 'a-refresh-token' };

const api = (paging: TwinPaging): Omit<RestTwinOptions, keyof TwinOptions> => ({
  path: '/v1/customers',
  auth: { type: 'oauth2', tokenPath: '/oauth/token', ...client },
  row: (n) => ({ id: n, name: `Customer ${n}`, contact: { email: `c${n}@example.com` } }),
  paging,
  since: 'changed_since',
  reply: ({ rows, next }) => ({ data: { customers: rows }, meta: { next } }),
});

const example = new URL('../../../src/connectors/http/example.yaml', import.meta.url);
const { connector: _, ...declared } = parse(readFileSync(example, 'utf8')).source;

/** As the example declares it, except for where the API is, who asks, and how it pages. */
const config =
  (more: object) =>
  ({ url }: { readonly url: string }) => ({
    ...declared,
    baseUrl: url,
    auth: { type: 'oauth2', tokenUrl: `${url}/oauth/token`, ...client },
    ...more,
  });

describe('pages by cursor', () => {
  const twin = (options: TwinOptions) =>
    createTwin({ ...options, ...api({ type: 'cursor', param: 'after', size: 9 }) });
  testSource({ test, connector: http, twin, config: config({}), example });
});

describe('pages by the Link header', () => {
  const twin = (options: TwinOptions) => createTwin({ ...options, ...api({ type: 'link', size: 9 }) });
  testSource({ test, connector: http, twin, config: config({ pagination: { type: 'link' } }) });
});

describe('pages by a URL in the reply', () => {
  const twin = (options: TwinOptions) => createTwin({ ...options, ...api({ type: 'next', size: 9 }) });
  testSource({ test, connector: http, twin, config: config({ pagination: { type: 'next', from: 'meta.next' } }) });
});

// Where one is removed all after it move up, and a list by number has nothing that would tell: no scan of it counts as whole.
describe('pages by number, while no record is removed', () => {
  const twin = async (options: TwinOptions) => {
    const { remove: _, ...others } = await createTwin({ ...options, ...api({ type: 'page', param: 'page', size: 9 }) });
    return others;
  };
  testSource({ test, connector: http, twin, config: config({ pagination: { type: 'page' } }) });
});
