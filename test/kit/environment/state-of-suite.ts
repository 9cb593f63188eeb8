import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { EnvironmentOptions } from './create-environment.ts';

/** As it is for everybody: a busy machine stands still for seconds. */
export const turnOfSuiteMs = 10_000;

/** What a process that a test starts needs to know of it. */
export function environmentOfSuite(): Readonly<Record<string, string>> {
  const { ROLODESK_TEST_POSTGRES } = process.env;
  return ROLODESK_TEST_POSTGRES === undefined ? {} : { ROLODESK_TEST_POSTGRES };
}

export function isOnPostgres(): boolean {
  return process.env.ROLODESK_TEST_POSTGRES !== undefined;
}

/**
 * ROLODESK_TEST_POSTGRES is the URL of a database with Rolodesk's tables and nothing in them. If it is set, every test
 * environment keeps its state in a copy of it: the tests of the main job then run on PostgreSQL. Those that look into the
 * state file itself fail.
 */
export async function stateOfSuite(): Promise<EnvironmentOptions['state']> {
  const template = process.env.ROLODESK_TEST_POSTGRES;
  if (template === undefined) return undefined;
  const url = new URL(template);
  const like = url.pathname.slice(1);
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`CREATE DATABASE ${name} TEMPLATE ${like}`);
  await client.end();
  url.pathname = `/${name}`;
  return { url: url.href, turnMs: turnOfSuiteMs };
}
