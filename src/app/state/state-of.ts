import { withEnvFile } from '../../core/config/env-file.ts';
import { readVariable } from '../../core/config/interpolate-env.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { AppContext } from '../host.ts';
import { readSettings } from '../settings.ts';
import { type StateLocation, secretsOfState, stateLocationOf, stateProblem } from './location.ts';

export interface NamedState {
  readonly state: StateLocation;
  readonly env: AppContext['host']['env'];
}

/**
 * The state that a command names, else that of the configuration, else (a folder of pipelines has none) the one in
 * ROLODESK_STATE. Throws ConfigError.
 */
export async function stateOf(given: string | undefined, { asked, host }: AppContext): Promise<NamedState> {
  if (given !== undefined) return { state: stateNamed(given, host), env: host.env };
  try {
    const { state, env } = await readSettings({ asked, host });
    return { state, env };
  } catch (error) {
    if (!(error instanceof ConfigError) || error.code !== 'no-config' || asked !== undefined) throw error;
    const { env } = withEnvFile(host.cwd, host.env);
    const read = readVariable(env, 'ROLODESK_STATE');
    if ('problem' in read && read.isMissing === true) throw error;
    if ('problem' in read) throw unusable('ROLODESK_STATE', read.problem);
    return { state: stateNamed(read.value, host, 'ROLODESK_STATE'), env };
  }
}

/** A path or a URL as it is typed; `${NAME}` stands for a variable, so that no password need be on the command line. */
export function stateNamed(
  given: string,
  { env, cwd, redactor }: AppContext['host'],
  title = 'The state',
): StateLocation {
  const [, name] = /^\$\{(\w+)\}$/.exec(given) ?? [];
  const read = name === undefined ? { value: given } : readVariable(env, name);
  const called = name ?? title;
  if ('problem' in read) throw unusable(called, read.problem);
  for (const secret of secretsOfState(read.value)) redactor.add(secret);
  const problem = stateProblem(read.value);
  if (problem !== undefined) throw unusable(called, problem);
  return stateLocationOf(read.value, env.INIT_CWD ?? cwd);
}

function unusable(title: string, problem: string): ConfigError {
  return new ConfigError(`${title}: ${problem}.`, {
    code: 'state-location',
    hint: 'Name a file, or the URL of a database.',
  });
}
