import { join } from 'node:path';
import { describe, test } from 'vitest';
import { singer } from '../../../src/connectors/singer/index.ts';
import { testSource } from '../../../src/testing/index.ts';
import type { FileTwin } from '../../kit/twins/file-twin.ts';
import {
  createFullTableTwin,
  createIncrementalTwin,
  fullTableTap,
  incrementalTap,
  noPython,
  python,
  tapAt,
} from './tap-twin.ts';

const example = new URL('../../../src/connectors/singer/example.yaml', import.meta.url);
const folder = ({ folder: own }: FileTwin): string => own;

/** What a tap has with its API is its own affair: to us it is a program that ends well or does not. */
const skip = {
  'refreshes an expired token once': 'a tap renews its tokens itself; what it writes into its configuration is kept',
  'keeps an odd field to its record': 'any value may stand in any column but the key',
  'survives each fault': 'a tap asks its API itself; what it does wrong as a program is among the damages',
  'ends the run where waiting does not help': 'a tap says nothing but an exit code',
};

describe('a tap in Node that reads a whole table', () => {
  testSource({
    test,
    connector: singer,
    example,
    twin: createFullTableTwin,
    folder,
    skip,
    config: ({ folder: own }) => ({
      command: fullTableTap,
      stream: 'customers',
      account: 'acme',
      catalog: tapAt('catalog.json'),
      config: { file: join(own, 'rows.json') },
    }),
  });
});

describe.skipIf(!python)(python ? 'a tap in Python that reads what has changed' : noPython, () => {
  testSource({
    test,
    connector: singer,
    example,
    twin: createIncrementalTwin,
    folder,
    skip,
    config: ({ folder: own }) => ({
      command: incrementalTap,
      stream: 'customers',
      account: 'acme',
      replicationKey: 'updated_at',
      config: { file: join(own, 'rows.json'), token: 'a-tap-secret' },
    }),
  });
});
