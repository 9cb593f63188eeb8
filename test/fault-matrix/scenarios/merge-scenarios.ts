import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MergeChoice } from '../../../src/core/duplicates/decide-merge.ts';
import { act, type CommandContext } from './actions.ts';
import type { Scenario } from './scenario.ts';
import { put, settled } from './setups.ts';

const choicesFile = 'choices.json';

/** What `prepare` has chosen, also for a process of its own. */
export function chosenIn(folder: string): readonly MergeChoice[] {
  // Written by `choose`.
  return JSON.parse(readFileSync(join(folder, choicesFile), 'utf8')) as MergeChoice[];
}

/** Users who are to be kept come first in each pair. */
async function choose(cli: CommandContext, pairs: readonly (readonly [keep: number, merge: number])[]): Promise<void> {
  await using pipeline = await cli.pipeline();
  await using report = await pipeline.duplicates();
  const users = new Map<string, { readonly id: string; readonly version: string; readonly email?: string }>();
  for await (const group of report.groups()) for (const user of group.users) users.set(user.id, user);
  const chosen = (id: number) => {
    const { version = '', email = '' } = users.get(String(id)) ?? {};
    return { id: String(id), version, email };
  };
  const choices = pairs.map(([keep, merge], at) => ({
    group: String(at + 1),
    keep: chosen(keep),
    merge: [chosen(merge)],
  }));
  writeFileSync(join(cli.folder, choicesFile), JSON.stringify(choices));
}

const phoneOf = (id: number) => `+165055510${String(id).padStart(2, '0')}`;

/** What a person has ticked in a file of duplicates. */
export const mergeScenarios = {
  mergePairs: {
    title: 'a merge of two pairs: one customer gets another user, one keeps its own',
    isNoSync: true,
    prepare: async (cli) => {
      put(cli, 1, 2, (id) => ({ PrimaryPhone: { FreeFormNumber: phoneOf(id) } }));
      await settled(cli);
      const { users } = cli.box.zendesk;
      const own = [1, 2].map((id) => users.holderOf(`c${id}@example.com`)?.id ?? 0);
      const byHand = [1, 2].map(
        (id) =>
          users.create({ name: 'Hand', email: `h${id}@example.org`, phone: phoneOf(id), skip_verify_email: true }).id,
      );
      await choose(cli, [
        [byHand[0] ?? 0, own[0] ?? 0],
        [own[1] ?? 0, byHand[1] ?? 0],
      ]);
    },
    act: (actor) => act(async () => await actor.merge()),
  },
} satisfies Record<string, Scenario>;
