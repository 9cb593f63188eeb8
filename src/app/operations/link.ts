import { ConfigError } from '../../core/domain/errors.ts';
import type { DirectoryUser } from '../../core/domain/user.ts';
import type { CustomerPipeline } from '../pipeline/pipeline-parts.ts';
import { type OperationContext, withParts } from './context.ts';

/**
 * Resolves a conflict by hand: this customer is that Zendesk user. Takes effect with the next sync. Throws ConfigError.
 */
export async function link(context: OperationContext, key: string, zendeskId: string): Promise<void> {
  if (!/^\d+$/.test(zendeskId))
    throw new ConfigError(`expected the digits of a Zendesk user id, got "${zendeskId}".`, {
      code: 'usage',
      hint: 'It stands in the address of the user in Zendesk.',
    });
  await withParts(context, { write: true, online: false }, async ({ pipeline, context: call }) => {
    const { store, sink, id } = pipeline;
    const user = await sink.find(zendeskId, call);
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
    const owner = await ownerOf(pipeline, user);
    if (owner !== undefined && owner !== key)
      throw new ConfigError(`Zendesk user ${zendeskId} is already customer ${owner}.`, { code: 'linked' });
    await store.apply(id, {
      links: [
        { key, externalId: user.externalId ?? '', destinationId: zendeskId, origin: 'linked', sent: {}, writtenAt: 0 },
      ],
      ...(letter && { deadLetters: [{ ...letter, due: true }] }),
    });
  });
}

async function ownerOf(
  { store, id }: CustomerPipeline,
  { id: userId, externalId, email }: DirectoryUser,
): Promise<string | undefined> {
  const known = await store.load(id, {
    run: '',
    keys: [],
    externalIds: externalId ? [externalId] : [],
    emails: email ? [email] : [],
  });
  return known.linksByUser.get(userId)?.key;
}
