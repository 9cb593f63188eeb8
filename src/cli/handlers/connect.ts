import { createInterface } from 'node:readline/promises';
import {
  type ConfiguredConnection,
  type Connections,
  connectionNamed,
  withConnections,
} from '../../app/connections/configured-connections.ts';
import { connectByClient, keepGrant } from '../../app/connections/keep-grant.ts';
import { asJson, reportConnections } from '../../app/connections/report.ts';
import { writeKey } from '../../app/connections/set-yaml-value.ts';
import type { ConnectedAccount, OAuthConnection } from '../../core/auth/connection.ts';
import { loginWithBrowser } from '../../core/auth/sign-in.ts';
import { urlSchema } from '../../core/config/urls.ts';
import { defined } from '../../core/defined.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { CommandContext } from '../command.ts';
import { visible } from '../format/visible.ts';
import { printConnection } from '../print/print-connection.ts';
import { openBrowser } from '../process/open-browser.ts';
import { wordsFor } from '../remedies.ts';

export interface ConnectOptions {
  /** False: only print the address. */
  readonly browser: boolean;
  readonly port: number;
  /** An address of the user's own, in the place of the one on this machine. */
  readonly redirectUri?: string;
  readonly adopt: boolean;
  readonly clientCredentials: boolean;
}

const limitMs = 10 * 60_000;

/** Has a person sign in to one side, and keeps its tokens where a sync looks for them. */
export async function connect(cli: CommandContext, named: string, options: ConnectOptions): Promise<number> {
  return await withConnections(cli.app, async (opened) => {
    const { connection, ...side } = connectionNamed(opened.connections, named);
    if (connection.kind === 'fixed')
      throw new ConfigError(
        `${connection.title} is configured with an ${connection.how}: there is nothing to sign in to.`,
        {
          code: 'no-oauth-client',
          hint: [
            ...connection.advice,
            `Then: rolodesk connect ${side.side}, or with --client-credentials, where nobody need sign in.`,
          ].join('\n'),
        },
      );
    assertAddress(options.redirectUri);
    const { account, tokenName, learned } = options.clientCredentials
      ? await connectByClient(opened, connection, { useSignIn: 'Leave out --client-credentials.' })
      : await bySignIn(cli, opened, connection, options);
    const wrote = learned && writeLearned(cli, opened, side, learned);
    // The account that was picked may be another than the configuration named when it was read.
    const made = { ...side, connection: { ...connection, account, tokenName } };
    const connections = opened.connections.map((one) => (one.side === made.side ? made : one));
    const report = (await reportConnections({ ...opened, connections, wordsFor })).find(
      (one) => one.side === made.side,
    );
    if (report) {
      cli.printJson({ ...asJson(report), ...defined({ wrote }) });
      printConnection(cli, report);
    }
    cli.print(cli.style.dim('rolodesk check shows what a sync would find.'));
    return 0;
  });
}

function assertAddress(redirectUri: string | undefined): void {
  if (redirectUri === undefined || urlSchema.safeParse(redirectUri).success) return;
  throw new ConfigError(`--redirect-uri ${redirectUri}: expected a whole https address.`, {
    code: 'redirect-uri',
    hint: 'Such as https://www.example.com/callback, exactly as it is registered.',
  });
}

async function bySignIn(
  cli: CommandContext,
  opened: Connections,
  connection: OAuthConnection,
  { browser, port, redirectUri, adopt }: ConnectOptions,
): Promise<ConnectedAccount> {
  const { terminal } = cli;
  const { title, signIn } = connection;
  const say = (text: string): void => void terminal.stderr.write(`${visible(text)}\n`);
  const isWatched = terminal.stderr.isTTY === true;
  const canPaste = redirectUri !== undefined || terminal.stdin.isTTY === true;
  const lines = canPaste ? createInterface({ input: terminal.stdin, terminal: false }) : undefined;
  try {
    return await loginWithBrowser({
      title,
      signIn,
      adopt,
      back: redirectUri === undefined ? { port } : { redirectUri },
      pasted: lines,
      limitMs,
      clock: opened.clock,
      signal: terminal.signal,
      onSecret: (secret) => terminal.redactor.add(secret),
      announce({ url, redirectUri: registered }) {
        say(`Redirect URI: ${registered}`);
        say(cli.style.dim(`  It must be registered, exactly so, ${signIn.register}.`));
        say(`\nOpen this in a browser (${title}, ${connection.account}):\n\n  ${url}\n`);
        if (redirectUri !== undefined) say('Then paste the whole address that the browser ended at:');
        else if (canPaste)
          say(cli.style.dim('A browser on another machine ends at a page that is not there: paste its address here.'));
        if (browser && isWatched) void openBrowser(url, { platform: process.platform, env: terminal.env });
      },
      refused: () => say('That address is not of this sign-in. Paste the one that the browser ended at just now.'),
      keep: (connected) => keepGrant(opened, connection, connected, opened.clock.now()),
    });
  } finally {
    lines?.close();
  }
}

function writeLearned(
  cli: CommandContext,
  { settings: { path } }: Connections,
  { side }: Pick<ConfiguredConnection, 'side'>,
  { key, value }: NonNullable<ConnectedAccount['learned']>,
): { readonly key: string; readonly value: string; readonly written: boolean } {
  const written = writeKey(path, [side, key], value);
  const name = `${side}.${key}`;
  cli.print(
    written
      ? `${cli.style.good('✔')} ${name}: "${value}" was written into ${path}`
      : cli.style.warn(`! Now set ${name} to "${value}": ${path} takes it from elsewhere.`),
  );
  return { key: name, value, written };
}
