import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { createEnvironment, type EnvironmentOptions } from '../environment/create-environment.ts';

/** What of money is read, and a time of both sides that goes on by itself, so that jobs end. `startAt`: where it begins. */
export interface MoneyOptions extends EnvironmentOptions {
  readonly include?: string;
  readonly startAt?: string;
}

/** A company with money. `pass` moves the time. Whoever asks for it closes it. */
export async function createMoney(options: MoneyOptions = {}) {
  const { include = 'overdue, lastInvoice', startAt = '2026-03-10T18:00:00Z', ...others } = options;
  let ahead = Date.parse(startAt) - Date.now();
  const now = (): number => Date.now() + ahead;
  const it = await createEnvironment({
    customers: 0,
    timeZone: 'America/New_York',
    ...others,
    now,
    ports: { clock: { ...systemClock, now } },
  });
  const path = join(it.folder, 'rolodesk.yaml');
  const change = (edit: (text: string) => string): void => writeFileSync(path, edit(readFileSync(path, 'utf8')));
  change((text) => text.replace('connector: quickbooks', `connector: quickbooks\n  include: [${include}]`));
  return {
    ...it,
    path,
    now,
    /** Edits the configuration. */
    change,
    pass: (ms: number): void => {
      ahead += ms;
    },
  };
}

export type MoneyEnvironment = Awaited<ReturnType<typeof createMoney>>;
