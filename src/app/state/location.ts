import { resolve } from 'node:path';
import type { Environment } from '../../core/config/config-file.ts';
import { readVariable } from '../../core/config/interpolate-env.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import { addressOf, addressProblem, isPostgresUrl } from '../../core/state/postgres/connection/address.ts';

/** Where a configuration keeps its state: a file, or a PostgreSQL database. `location` is for messages. */
export type StateLocation =
  | { readonly kind: 'sqlite'; readonly path: string; readonly location: string }
  /** The URL holds a password; `location` is its address without user and password. */
  | { readonly kind: 'postgres'; readonly url: string; readonly location: string };

const defaultPath = '.rolodesk/state.db';

/** Where the state is when a configuration has no `state:`. Throws ConfigError. */
export function stateFromEnvironment(env: Environment): string {
  const read = readVariable(env, 'ROLODESK_STATE');
  const given = 'value' in read ? read.value : read.isMissing === true ? defaultPath : undefined;
  const problem = given === undefined ? 'problem' in read && read.problem : stateProblem(given);
  if (given !== undefined && problem === undefined) return given;
  throw new ConfigError(`ROLODESK_STATE: ${problem}.`, {
    code: 'state-location',
    hint: 'Correct it, or write state: into the configuration.',
  });
}

/** What a configuration says; a path is relative to the folder of the configuration. The text must have no problem. */
export function stateLocationOf(given: string, folder: string): StateLocation {
  if (isPostgresUrl(given)) return { kind: 'postgres', url: given, location: addressOf(given).location };
  const path = resolve(folder, given);
  return { kind: 'sqlite', path, location: path };
}

/** Why this text names no state; undefined if it does. Quotes nothing of the text but its scheme: it may hold a password. */
export function stateProblem(given: string): string | undefined {
  if (isPostgresUrl(given)) return addressProblem(given);
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(given) ?? [];
  if (scheme === undefined) return undefined;
  return `there is no state in ${scheme}: expected a path, or postgres://user@host:5432/database`;
}

/** What must not be shown of it. */
export function secretsOfState(given: unknown): readonly string[] {
  if (typeof given !== 'string' || !isPostgresUrl(given)) return [];
  const password = URL.canParse(given) ? new URL(given).password : '';
  return [given, ...(password === '' ? [] : [password, decoded(password)])];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // It has a % that escapes nothing, and stands for itself.
    return text;
  }
}

/** Whether two configurations keep their state in one place. */
export function isSameState(one: StateLocation, other: StateLocation): boolean {
  return one.kind === other.kind && one.location === other.location;
}

/** What those have in common who can share one connection. */
export function keyOf(state: StateLocation): string {
  return state.kind === 'sqlite' ? state.path : state.url;
}
