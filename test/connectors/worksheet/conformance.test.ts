import { test } from 'vitest';
import { worksheet } from '../../../src/connectors/worksheet/index.ts';
import { testSource } from '../../../src/testing/index.ts';
import { createFileTwin, withoutNetwork } from '../../kit/twins/file-twin.ts';

const headers = 'Customer no.,Customer,E-mail,Level,Status';

testSource({
  test,
  connector: worksheet,
  example: new URL('../../../src/connectors/worksheet/example.yaml', import.meta.url),
  twin: (world) =>
    createFileTwin(world, {
      name: 'customers.csv',
      rowsPerPage: 1000,
      write: (rows) => [headers, ...rows.map(({ id, name, email }) => `${id},${name},${email},Gold,open`)].join('\n'),
      damaged: {
        'Rows without a key': (good) => good.replaceAll(/^\d+,/gm, ','),
        'A heading that is not there': (good) => good.replace('Customer no.', 'No.'),
        'Quotes that never end': (good) => `${good}\n9,"Ada`,
        'A workbook that is cut off': () => 'PK\u0003\u0004 and nothing more',
      },
    }),
  config: () => ({ path: 'customers.csv', key: 'Customer no.' }),
  folder: ({ folder }) => folder,
  skip: withoutNetwork,
});
