import { ConfigError } from '../../core/domain/errors.ts';
import type { DirectoryUser } from '../../core/domain/user.ts';
import type { CommandContext } from '../command.ts';
import { visibleLine } from '../visible.ts';

/** Settles a conflict by hand: this customer is that Zendesk user. Takes effect with the next sync. */
export async function link(cli: CommandContext, key: string, zendeskId: string): Promise<number> {
  if (!/^\d+$/.test(zendeskId))
    throw new ConfigError(`expected the digits of a Zendesk user id, got "${zendeskId}".`, {
      code: 'usage',
      hint: 'It stands in the address of the user in Zendesk.',
    });
  return await cli.withPipeline({ write: true, online: false }, async ({ pipeline, context }) => {
    const { store, sink, id } = pipeline;
    const user = await sink.find(zendeskId, context);
    if (!user?.active)
      throw new ConfigError(`There is no user ${zendeskId} in Zendesk.`, {
        code: 'no-user',
        hint: 'Check the id; a deleted user cannot be linked.',
      });
    if (user.role !== 'end-user')
      throw new ConfigError(`Zendesk user ${zendeskId} is an agent or admin. Staff are never written.`, {
        code: 'staff-account',
      });
    await store.apply(id, { users: [user] });
    const [letter] = await store.deadLetters(id, { keys: [key], limit: 1 });
    const owner = await ownerOf(user);
    if (owner !== undefined && owner !== key)
      throw new ConfigError(`Zendesk user ${zendeskId} is already customer ${owner}.`, { code: 'linked' });
    await store.apply(id, {
      links: [
        { key, externalId: user.externalId ?? '', destinationId: zendeskId, origin: 'linked', sent: {}, writtenAt: 0 },
      ],
      ...(letter && { deadLetters: [{ ...letter, due: true }] }),
    });
    cli.printJson({ key, zendeskId, linked: true });
    cli.print(`Customer ${visibleLine(key)} is Zendesk user ${zendeskId}. The next sync brings it in step.`);
    return 0;

    async function ownerOf({ externalId, email }: DirectoryUser): Promise<string | undefined> {
      const known = await store.load(id, {
        run: '',
        keys: [],
        externalIds: externalId ? [externalId] : [],
        emails: email ? [email] : [],
      });
      return known.linksByUser.get(zendeskId)?.key;
    }
  });
}
