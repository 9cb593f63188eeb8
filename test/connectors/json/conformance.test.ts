import { test } from 'vitest';
import { json } from '../../../src/connectors/json/index.ts';
import { testSource } from '../../../src/testing/index.ts';
import { createFileTwin, withoutNetwork } from '../../kit/twins/file-twin.ts';

testSource({
  test,
  connector: json,
  example: new URL('../../../src/connectors/json/example.yaml', import.meta.url),
  twin: (world) =>
    createFileTwin(world, {
      name: 'customers.json',
      rowsPerPage: 1000,
      write: (rows) => JSON.stringify(rows),
      damaged: {
        'A document that is cut off': (good) => good.slice(0, -20),
        'A document that is no list': () => '{"customers":[]}',
        'Rows without a key': () => '[{"name":"Ada"}]',
        'A file of zeros': () => '\0'.repeat(500),
      },
    }),
  config: () => ({ path: 'customers.json' }),
  folder: ({ folder }) => folder,
  skip: withoutNetwork,
});
