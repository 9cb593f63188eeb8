import { connectionNamed, withConnections } from '../../app/connections/configured-connections.ts';
import { endConnection } from '../../app/connections/keep-grant.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { CommandContext } from '../command.ts';

/** Ends a connection at the vendor, then forgets its tokens here. `local`: only the latter. */
export async function disconnect(
  cli: CommandContext,
  named: string,
  { local }: { readonly local: boolean },
): Promise<number> {
  return await withConnections(cli.app, async ({ connections, credentials, settings }) => {
    const { side, system, connection } = connectionNamed(connections, named);
    const { title, account } = connection;
    if (connection.kind === 'fixed')
      throw new ConfigError(
        `${title} is configured with an ${connection.how}: Rolodesk keeps nothing that it could end.`,
        {
          code: 'nothing-to-connect',
          hint: `${connection.revocationHelp} Then take it out of ${settings.path}.`,
        },
      );
    const outcome = await endConnection({ credentials }, connection, {
      isLocal: local,
      hint: `Run the command again later. Or by hand: ${connection.revocationHelp} Then: rolodesk disconnect ${named} --local.`,
    });
    const isLeft = connection.configured !== undefined;
    cli.printJson({ side, system, account, revoked: outcome === 'revoked', forgotten: true });
    const words = {
      revoked: 'its tokens were revoked there and forgotten here.',
      gone: 'no token of it was valid any more; nothing is kept here.',
      kept: `its tokens were forgotten here, and not revoked there. ${connection.revocationHelp}`,
    } as const;
    cli.print(`${cli.style.good('✔')} ${title}, ${account}: ${words[outcome]}`);
    if (isLeft) cli.print(`  ${settings.path} still has a refreshToken: take it out.`);
    if (!isLeft && connection.clientCredentials)
      cli.print(`  The client's secret can still ask for new tokens. ${connection.revocationHelp}`);
    return 0;
  });
}
