import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { singer } from '../../../src/connectors/singer/index.ts';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { defined } from '../../../src/core/defined.ts';
import type { CallContext } from '../../../src/core/domain/context.ts';
import type { Cursor, Page } from '../../../src/core/domain/record.ts';
import { createMemoryCredentials } from '../../../src/testing/index.ts';
import { ownFolder } from '../../kit/folder.ts';
import { tapAt } from './tap-twin.ts';

/** What the tap that plays lines was given. */
interface Given {
  readonly config: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly modes: readonly string[];
  readonly state?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly child: number;
}

/** A source whose tap says these lines. */
export function playing(
  lines: readonly (object | string)[],
  more: Readonly<Record<string, unknown>> = {},
  {
    clock = systemClock,
    folder = ownFolder(),
    environment = {},
    says,
  }: {
    readonly clock?: Clock;
    readonly folder?: string;
    readonly environment?: Readonly<Record<string, string | undefined>>;
    /** Its words on standard error. */
    readonly says?: string;
  } = {},
) {
  const path = join(folder, 'lines');
  writeFileSync(path, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  const saysPath = `${path}.says`;
  if (says !== undefined) writeFileSync(saysPath, says);
  const warnings: string[] = [];
  const reported: string[] = [];
  const said: string[] = [];
  const write = (fields: object): void => void said.push(JSON.stringify(fields));
  const log = { debug: write, info: write, warn: write, error: write };
  const source = singer
    .configure({
      connector: 'singer',
      command: [
        process.execPath,
        tapAt('play.mjs'),
        '--lines',
        path,
        ...(says === undefined ? [] : ['--says', saysPath]),
      ],
      stream: 'customers',
      account: 'acme',
      catalog: tapAt('catalog.json'),
      ...more,
    })
    .createSource({
      folder,
      stdin: process.stdin,
      childEnvironment: environment,
      clock,
      log,
      credentials: createMemoryCredentials(),
      onSecret: (secret) => reported.push(secret),
    });
  const context = (signal: CallContext['signal'] = new AbortController().signal): CallContext => ({
    signal,
    log,
    warn: ({ code }) => warnings.push(code),
  });
  return {
    source,
    warnings,
    reported,
    /** What was logged. */
    said: () => said.join('\n'),
    context,
    path,
    read: (from?: Cursor): Promise<Page[]> => Array.fromAsync(source.read(from, context())),
    given: (): Given | undefined =>
      existsSync(`${path}.given`) ? JSON.parse(readFileSync(`${path}.given`, 'utf8')) : undefined,
  };
}

export const schema = (more: object = {}) => ({
  type: 'SCHEMA',
  stream: 'customers',
  schema: { properties: { id: { type: 'integer' }, changed: { type: 'string', format: 'date-time' } } },
  key_properties: ['id'],
  ...more,
});
export const record = (id: number | string, more: object = {}, version?: number) => ({
  type: 'RECORD',
  stream: 'customers',
  record: { id, ...more },
  ...defined({ version }),
});
export const state = (value: unknown) => ({ type: 'STATE', value });
export const activate = (version: number) => ({ type: 'ACTIVATE_VERSION', stream: 'customers', version });
