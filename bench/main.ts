import { parseArgs } from 'node:util';
import {
  measureDirectory,
  measureMemory,
  measureSpeed,
  measureStart,
  measureSync,
  measureUnchanged,
  type Row,
} from './measure.ts';
import { measureWebhooks } from './webhooks.ts';

/**
 * Measures the budgets on the sandbox, twins and syncs each in a process of its own. `--customers N` sets the size of the
 * sync and, from 100,000, that of the memory measurement; `--json` prints the rows alone.
 */
const { values } = parseArgs({
  options: { customers: { type: 'string', default: '10000' }, json: { type: 'boolean', default: false } },
});
const customers = Number(values.customers);
if (!Number.isInteger(customers) || customers < 1) throw new Error('--customers takes a whole number.');

const rows: Row[] = [];
const measurements = [
  () => measureSync(customers),
  () => measureDirectory(10_000),
  () => measureSpeed(Math.max(customers, 20_000)),
  () => measureMemory(Math.max(customers, 100_000)),
  measureUnchanged,
  measureStart,
  measureWebhooks,
];
for (const measure of measurements) {
  const measured = await measure();
  rows.push(...measured);
  if (!values.json) for (const row of measured) process.stdout.write(`${lineOf(row)}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ customers, node: process.version, rows }, null, 2)}\n`);

function lineOf({ what, budget, measured, holds }: Row): string {
  return `${holds ? '✔' : '✖'} ${what.padEnd(66)} ${measured.padStart(10)}   ${budget}`;
}
