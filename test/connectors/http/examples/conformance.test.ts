import { describe, test } from 'vitest';
import { http } from '../../../../src/connectors/http/index.ts';
import { testSource } from '../../../../src/testing/index.ts';
import { vendors } from './all-vendors.ts';
import { sourceBlock } from './example-config.ts';
import { createVendorTwin, type Vendor } from './vendor-twin.ts';

/** What `rolodesk connectors test` runs, for each example on the twin of its API. */
describe.each(vendors)('examples/$name', (vendor) => {
  testSource({
    test,
    connector: http,
    twin: (options) => createVendorTwin(vendor, options),
    config: ({ url }) => sourceBlock(vendor.name, url),
    skip: skipsOf(vendor),
  });
});

function skipsOf({ name, auth }: Vendor): Readonly<Record<string, string>> {
  return {
    // The same client waits for it in the suite of the connector itself, and each wait is real time.
    'survives each fault: a reply that never comes': 'tried in conformance.test.ts',
    ...(name === 'chargebee' && {
      'keeps an odd field to its record':
        'the items of its list hold their records one level deeper than the check looks',
    }),
    ...(auth.type === 'fixed' && { 'refreshes an expired token once': 'its key does not expire' }),
  };
}
