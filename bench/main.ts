import { parseArgs } from 'node:util';
import { measureConsole } from './console.ts';
import {
  measureDirectory,
  measureJobs,
  measureMemory,
  measureSpeed,
  measureStart,
  measureSync,
  measureUnchanged,
  type Row,
} from './measure.ts';
import { measureScale } from './scale.ts';
import { measureTenants } from './tenants.ts';
import { measureWebhooks } from './webhooks.ts';

/**
 * Measures the budgets on the sandbox, twins and syncs each in a process of its own. `--customers N` sets the size of the
 * sync and, from 100,000, that of the memory measurement; `--json` prints the rows alone. `--tenants` measures only a
 * service of many pipelines, `--pipelines N` of them. `--scale` measures `--workers N` on PostgreSQL, and one process on a file,
 * with so many pipelines over `--accounts N`, each every `--interval N` minutes; `--on postgres` or `--on file` measures only that.
 * `--console` measures the pages of the console in a browser.
 */
const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '10000' },
    tenants: { type: 'boolean', default: false },
    pipelines: { type: 'string', default: '10000' },
    scale: { type: 'boolean', default: false },
    console: { type: 'boolean', default: false },
    accounts: { type: 'string', default: '2000' },
    workers: { type: 'string', default: '4' },
    interval: { type: 'string', default: '15' },
    on: { type: 'string', default: 'postgres,file' },
    json: { type: 'boolean', default: false },
  },
});
const customers = wholeNumber('customers');
const pipelines = wholeNumber('pipelines');

const rows: Row[] = [];
const syncs = [
  () => measureSync(customers),
  () => measureJobs(customers),
  () => measureDirectory(10_000),
  () => measureSpeed(Math.max(customers, 20_000)),
  () => measureMemory(Math.max(customers, 100_000)),
  measureUnchanged,
  measureStart,
  measureWebhooks,
];
const scale = {
  pipelines,
  accounts: wholeNumber('accounts'),
  workers: wholeNumber('workers'),
  interval: wholeNumber('interval'),
  on: stores(),
};
const measurements = chosenMeasurements();
for (const measure of measurements) {
  const measured = await measure();
  rows.push(...measured);
  if (!values.json) for (const row of measured) process.stdout.write(`${lineOf(row)}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ customers, node: process.version, rows }, null, 2)}\n`);

function chosenMeasurements(): readonly (() => Promise<readonly Row[]> | readonly Row[])[] {
  if (values.scale) return [() => measureScale(scale)];
  if (values.tenants) return [() => measureTenants(pipelines)];
  return values.console ? [measureConsole] : syncs;
}

function lineOf({ what, budget, measured, holds }: Row): string {
  return `${holds ? '✔' : '✖'} ${what.padEnd(66)} ${measured.padStart(10)}   ${budget}`;
}

function stores(): readonly string[] {
  const given = values.on.split(',');
  if (given.some((one) => one !== 'postgres' && one !== 'file')) throw new Error('--on takes postgres, file or both.');
  return given;
}

function wholeNumber(name: 'customers' | 'pipelines' | 'accounts' | 'workers' | 'interval'): number {
  const given = Number(values[name]);
  if (!Number.isInteger(given) || given < 1) throw new Error(`--${name} takes a whole number.`);
  return given;
}
