import { type Scenario, single, sync } from './scenario.ts';
import { acme, blue, moveRelated, put, related, settled } from './setups.ts';

/** The related resources of users: organizations, further addresses and numbers. */
export const relatedScenarios = {
  relatedFirst: {
    title: 'a first sync with organizations and further addresses',
    mapsNotes: true,
    prepare: async (cli) => {
      put(cli, 1, 1, () => related({ organizations: [acme, blue], emails: ['first@example.net'] }));
      put(cli, 2, 3, () => related({ organizations: [acme], phones: [] }));
    },
    act: sync(),
  },
  related: {
    title: 'organizations and further addresses that change',
    mapsNotes: true,
    prepare: moveRelated(1),
    act: sync(),
  },
  relatedCommas: {
    title: 'organizations whose ids hold commas, which are asked for alone',
    mapsNotes: true,
    prepare: async (cli) => {
      const organizations = ['Doe, Inc.', 'Roe, Inc.'].map((name) => ({ external_id: name.toLowerCase(), name }));
      put(cli, 1, 3, () => related({ organizations }));
      await settled(cli);
      put(cli, 1, 3, (id) =>
        related({ organizations: organizations.map((one) => ({ ...one, details: `${id > 0}` })) }),
      );
    },
    act: sync(),
  },
  relatedAmong: {
    title: 'the same while a long job goes on',
    mapsNotes: true,
    twins: { jobLatencySpreadMs: 60_000, seed: 27 },
    prepare: moveRelated(101),
    act: sync(),
  },
  relatedSingleFirst: {
    title: 'a first sync with organizations, without bulk import',
    mapsNotes: true,
    more: single,
    prepare: async (cli) => put(cli, 1, 2, () => related({ organizations: [acme, blue] })),
    act: sync(),
  },
  relatedSingle: {
    title: 'the same without bulk import',
    mapsNotes: true,
    more: single,
    prepare: moveRelated(1),
    act: sync(),
  },
} satisfies Record<string, Scenario>;
