import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../sandbox/index.ts';
import { type CommandContext, createCommandContext } from '../command.ts';
import { check } from './check.ts';
import { preview } from './preview.ts';
import { rejects } from './records.ts';
import { sync } from './sync.ts';

const customers = 250;
const users = 40;

/** A guided tour on the sandbox. Needs no account and leaves nothing behind. */
export async function demo(cli: CommandContext): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'rolodesk-demo-'));
  const box = await startSandbox({ customers, users, jobLatencyMs: 800 });
  try {
    const config = join(folder, 'rolodesk.yaml');
    await writeFile(config, box.configText());
    const env = { ...cli.terminal.env, ROLODESK_KEY: 'the demo keeps nothing' };
    const inner = createCommandContext({ ...cli.terminal, env }, { ...cli.common, config, json: false, quiet: true });
    const step = (number: number, title: string): void => inner.print(`\n${inner.style.bold(`${number}. ${title}`)}`);
    const stop = (): boolean => cli.terminal.signal.aborted;

    inner.print(inner.style.bold('Rolodesk: QuickBooks customers become Zendesk users.'));
    inner.print(
      `A QuickBooks company with ${customers} customers (some of them untidy) and a Zendesk account with ${users} users now run on this machine.`,
    );
    step(1, 'rolodesk check: may we, and can we?');
    await check(inner);
    if (stop()) return 130;
    step(2, 'rolodesk preview: what would three of them become?');
    await preview(inner, { limit: 3 });
    if (stop()) return 130;
    step(3, 'rolodesk sync');
    await sync(inner, {});
    if (stop()) return 130;
    step(4, 'rolodesk rejects: what could not be written, and why?');
    await rejects(inner, {});
    step(5, 'rolodesk sync, again: nothing has changed, so nothing is written');
    await sync(inner, { full: true });
    inner.print(
      `\nZendesk has ${box.zendesk.state().active} users now. Verification mails sent: ${box.zendesk.state().mails.length}.`,
    );
    inner.print(inner.style.dim('Rehearse with your own mapping: rolodesk sandbox --write-config rolodesk.yaml'));
    return stop() ? 130 : 0;
  } finally {
    await box.close();
    await rm(folder, { recursive: true, force: true });
  }
}
