import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenedPipeline } from '../../app/create-pipeline.ts';
import { openConfigured } from '../../app/open-pipeline.ts';
import { flatten } from '../../connectors/zendesk/fields/fields.ts';
import { systemClock } from '../../core/clock.ts';
import type { RunReport } from '../../core/domain/run/run-report.ts';
import { counted } from '../../core/records/counted.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { CommandContext } from '../command.ts';
import { kinds } from '../format/format-plan.ts';
import { shownValue } from '../format/format-value.ts';
import { sortByKey } from '../format/sort-by-key.ts';

const customers = 250;
const users = 40;

/** What one step of the tour needs. `line` prints a line below the title. */
interface Tour {
  readonly box: Sandbox;
  readonly pipeline: OpenedPipeline;
  title(title: string, command: string): void;
  line(text: string): void;
}

/** A tour on the sandbox that fits one screen. Needs no account and leaves nothing behind. */
export async function demo(cli: CommandContext): Promise<number> {
  const { terminal, style, app } = cli;
  const folder = await mkdtemp(join(tmpdir(), 'rolodesk-demo-'));
  const box = await startSandbox({ customers, users, jobLatencyMs: 300 });
  try {
    const config = join(folder, 'rolodesk.yaml');
    await writeFile(config, box.configText());
    const env = { ...terminal.env, ROLODESK_KEY: 'the demo keeps nothing' };
    const { signal } = terminal;
    await using pipeline = await openConfigured({
      ...app,
      host: { ...app.host, env },
      asked: config,
      clock: systemClock,
      signal,
    });
    let number = 0;
    const tour: Tour = {
      box,
      pipeline,
      title(title, command) {
        number += 1;
        cli.print(`${style.bold(`${number}. ${title}`)}  ${style.dim(`rolodesk ${command}`)}`);
      },
      line: (text) => cli.print(`   ${text}`),
    };
    cli.print(style.bold('Rolodesk: QuickBooks customers become Zendesk users.'));
    cli.print(`A QuickBooks company (${customers} customers) and a Zendesk (${users} users) now run on this machine.`);
    for (const step of [showCustomer, showPlan, syncOnce, showRejects, syncAgain, revert]) {
      await step(tour);
      if (signal.aborted) return 130;
    }
    cli.print(style.dim('Try it with your own mapping: rolodesk sandbox --write-config rolodesk.yaml'));
    return 0;
  } finally {
    await box.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function showCustomer({ pipeline, title, line }: Tour): Promise<void> {
  title('What comes in, and what it becomes', 'preview');
  const { records, reads } = await pipeline.preview({ limit: 1 });
  for (const { record, result } of records) {
    line([...new Set(leaves(record.data, reads))].slice(0, maxLeaves).join(' · '));
    if (result.kind === 'payload')
      for (const [name, value] of Object.entries(flatten(result.payload)))
        if (shownFields.has(name)) line(`→ ${name.padEnd(8)}${shownValue(value).replaceAll('\n', ', ')}`);
  }
}

const maxLeaves = 5;
const shownFields = new Set(['name', 'email', 'phone', 'details']);

/** The texts of a record that the mapping reads. */
function leaves(data: unknown, reads: (path: string) => boolean, path = ''): string[] {
  if (typeof data === 'object' && data !== null)
    return Object.entries(data).flatMap(([name, inner]) =>
      leaves(inner, reads, path === '' ? name : `${path}.${name}`),
    );
  return typeof data === 'string' && data !== '' && reads(path) ? [data] : [];
}

async function showPlan({ pipeline, title, line }: Tour): Promise<void> {
  title('What would happen; nothing is written yet', 'plan');
  await using plan = await pipeline.plan();
  const counts = kinds.flatMap(({ name, noun }) => (plan.counts[name] > 0 ? [`${plan.counts[name]} ${noun}`] : []));
  line(counts.join(', '));
  for await (const { message } of plan.changes(['conflict'])) line(`conflict: ${message}`);
}

async function syncOnce({ box, pipeline, title, line }: Tour): Promise<void> {
  title('What happened', 'sync');
  line(describe(await pipeline.sync()));
  const { active, mails } = box.zendesk.state();
  line(`Zendesk has ${active} users now. E-mails sent to them: ${mails.length}.`);
}

async function showRejects({ pipeline, title, line }: Tour): Promise<void> {
  title('What was refused, and why', 'rejects');
  for (const { key, name, message } of sortByKey(await pipeline.rejects()))
    line(`customer ${key}${name === '' ? '' : `, ${name}`}: ${message}`);
}

async function syncAgain({ pipeline, title, line }: Tour): Promise<void> {
  title('The second time there is nothing to do', 'sync --full');
  line(describe(await pipeline.sync({ full: true })));
}

async function revert({ box, pipeline, title, line }: Tour): Promise<void> {
  title('And back', 'undo');
  const runs = await pipeline.runs();
  const first = runs.at(-1);
  const result = first && (await pipeline.undo(first.id));
  if (result?.kind === 'undone')
    line(
      `${counted(result.deleted, 'user')} deleted, ${result.report.tallies.updated - result.deleted} changed back: Zendesk has ${box.zendesk.state().active} users again.`,
    );
}

function describe({ tallies }: RunReport): string {
  const { created, updated, unchanged, skipped, rejected } = tallies;
  return `${created} created, ${updated} updated, ${unchanged} unchanged, ${skipped} skipped, ${rejected} rejected`;
}
