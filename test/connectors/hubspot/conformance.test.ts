import { test } from 'vitest';
import { hubspot } from '../../../src/connectors/hubspot/index.ts';
import { testSource } from '../../../src/testing/index.ts';
import { createHubspotTwin } from './hubspot-twin.ts';

testSource({
  test,
  connector: hubspot,
  example: new URL('../../../src/connectors/hubspot/example.yaml', import.meta.url),
  twin: (world) => createHubspotTwin(world),
  config: ({ url }) => ({ baseUrl: url, portalId: '12345678', token: 'pat-test-token' }),
  skip: { 'refreshes an expired token once': 'access tokens of private apps do not expire' },
});
