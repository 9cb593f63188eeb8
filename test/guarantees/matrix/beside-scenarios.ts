import { acme, beside, blue, moveBeside, put, settled } from './preludes.ts';
import { type Scenario, single, sync } from './scenario.ts';

/** What stands beside users: organizations, further addresses and numbers. */
export const besideScenarios = {
  besideFirst: {
    title: 'a first sync with organizations and further addresses',
    mapsNotes: true,
    prepare: async (stage) => {
      put(stage, 1, 1, () => beside({ organizations: [acme, blue], emails: ['first@example.net'] }));
      put(stage, 2, 3, () => beside({ organizations: [acme], phones: [] }));
    },
    act: sync(),
  },
  beside: {
    title: 'organizations and further addresses that change',
    mapsNotes: true,
    prepare: moveBeside(1),
    act: sync(),
  },
  besideCommas: {
    title: 'organizations whose ids hold commas, which are asked for alone',
    mapsNotes: true,
    prepare: async (stage) => {
      const organizations = ['Doe, Inc.', 'Roe, Inc.'].map((name) => ({ external_id: name.toLowerCase(), name }));
      put(stage, 1, 3, () => beside({ organizations }));
      await settled(stage);
      put(stage, 1, 3, (id) =>
        beside({ organizations: organizations.map((one) => ({ ...one, details: `${id > 0}` })) }),
      );
    },
    act: sync(),
  },
  besideAmong: {
    title: 'the same while a long job goes on',
    mapsNotes: true,
    twins: { jobLatencySpreadMs: 60_000, seed: 27 },
    prepare: moveBeside(101),
    act: sync(),
  },
  besideSingleFirst: {
    title: 'a first sync with organizations, without bulk import',
    mapsNotes: true,
    more: single,
    prepare: async (stage) => put(stage, 1, 2, () => beside({ organizations: [acme, blue] })),
    act: sync(),
  },
  besideSingle: {
    title: 'the same without bulk import',
    mapsNotes: true,
    more: single,
    prepare: moveBeside(1),
    act: sync(),
  },
} satisfies Record<string, Scenario>;
