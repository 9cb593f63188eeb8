import { parseArgs } from 'node:util';
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
import { measureTenants } from './tenants.ts';
import { measureWebhooks } from './webhooks.ts';

/**
 * Measures the budgets on the sandbox, twins and syncs each in a process of its own. `--customers N` sets the size of the
 * sync and, from 100,000, that of the memory measurement; `--json` prints the rows alone. `--tenants` measures only a
 * service of many pipelines, `--pipelines N` of them.
 */
const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '10000' },
    tenants: { type: 'boolean', default: false },
    pipelines: { type: 'string', default: '10000' },
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
const measurements = values.tenants ? [() => measureTenants(pipelines)] : syncs;
for (const measure of measurements) {
  const measured = await measure();
  rows.push(...measured);
  if (!values.json) for (const row of measured) process.stdout.write(`${lineOf(row)}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ customers, node: process.version, rows }, null, 2)}\n`);

function lineOf({ what, budget, measured, holds }: Row): string {
  return `${holds ? '✔' : '✖'} ${what.padEnd(66)} ${measured.padStart(10)}   ${budget}`;
}

function wholeNumber(name: 'customers' | 'pipelines'): number {
  const given = Number(values[name]);
  if (!Number.isInteger(given) || given < 1) throw new Error(`--${name} takes a whole number.`);
  return given;
}
