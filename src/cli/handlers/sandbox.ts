import { writeFile } from 'node:fs/promises';
import { ConfigError } from '../../core/domain/errors.ts';
import { counted } from '../../core/records/counted.ts';
import {
  type FaultRule,
  faultKinds,
  type Plan,
  parseFaultRule,
  plans,
  SandboxRequestError,
  startSandbox,
} from '../../sandbox/index.ts';
import type { CommandContext } from '../command.ts';

export interface SandboxCommandOptions {
  /** quickbooks or zendesk. */
  readonly from: string;
  readonly customers: number;
  readonly invoices?: number;
  readonly users: number;
  readonly seed: number;
  readonly plan: string;
  readonly jobLatency: number;
  readonly quickbooksPort: number;
  readonly zendeskPort: number;
  readonly sourcePort: number;
  readonly quickbooksFault?: readonly string[];
  readonly zendeskFault?: readonly string[];
  readonly noBulk?: boolean;
  readonly writeConfig?: string;
}

/** Runs the twins until it is stopped. */
export async function sandbox(cli: CommandContext, options: SandboxCommandOptions): Promise<number> {
  const plan = Object.keys(plans).find((name): name is Plan => name === options.plan);
  if (!plan)
    throw new ConfigError(`There is no plan "${options.plan}".`, {
      code: 'usage',
      hint: `Plans: ${Object.keys(plans).join(', ')}.`,
    });
  const box = await startSandbox({
    ...options,
    from: options.from === 'zendesk' ? 'zendesk' : 'quickbooks',
    plan,
    // Where days end, as a company says it.
    timeZone: 'America/Los_Angeles',
    jobLatencyMs: options.jobLatency,
    bulkEnabled: options.noBulk !== true,
    quickbooksFaults: (options.quickbooksFault ?? []).map((word) => faultOf(word, 'quickbooks')),
    zendeskFaults: (options.zendeskFault ?? []).map((word) => faultOf(word, 'zendesk')),
  }).catch((error: unknown) => {
    throw new ConfigError(`The sandbox can't listen: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
      hint: 'Choose other ports, or 0 for free ones.',
    });
  });
  try {
    if (options.writeConfig !== undefined)
      await writeFile(cli.pathOf(options.writeConfig), box.configText(), { mode: 0o600 });
    const old = box.zendeskSource;
    const urls = { quickbooks: box.quickbooks.url, zendesk: box.zendesk.url, ...(old && { source: old.url }) };
    cli.printJson({ ...urls, config: box.configText() });
    cli.print(
      old
        ? `From        ${old.url}   a Zendesk of ${counted(options.customers, 'user')}`
        : `QuickBooks  ${box.quickbooks.url}   ${counted(options.customers, 'customer')}${options.invoices ? `, ${counted(options.invoices, 'invoice')}` : ''}`,
    );
    cli.print(`Zendesk     ${box.zendesk.url}   ${counted(options.users, 'user')}, plan ${plan}`);
    cli.print(
      options.writeConfig === undefined ? `\n${box.configText()}` : `Configuration written to ${options.writeConfig}`,
    );
    cli.print(cli.style.dim('State and faults: GET and POST /__sandbox/… on either. Ctrl-C ends it.'));
    await stopped(cli.terminal.signal);
    return 0;
  } finally {
    await box.close();
  }
}

function faultOf(word: string, twin: keyof typeof faultKinds): FaultRule {
  try {
    return parseFaultRule(word, faultKinds[twin]);
  } catch (error) {
    if (!(error instanceof SandboxRequestError)) throw error;
    throw new ConfigError(`--${twin}-fault ${word}: ${error.message}.`, {
      code: 'usage',
      cause: error,
      hint: 'A rule is a fault and its conditions, such as 429:path=create_many,every=5.',
    });
  }
}

async function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
