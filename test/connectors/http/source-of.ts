import { http } from '../../../src/connectors/http/index.ts';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import type { CheckLine } from '../../../src/core/domain/context.ts';
import type { CredentialStore } from '../../../src/core/domain/credential-store.ts';
import type { Cursor, Page } from '../../../src/core/domain/record.ts';
import { createMemoryCredentials } from '../../../src/testing/index.ts';
import { createContext, quiet } from '../../kit/ports.ts';
import { type Answer, type Asked, serveScript } from '../../kit/twins/scripted-server.ts';

export type Script = (asked: Asked, position: number) => Answer;

/** `OWN` in a text of the configuration is the origin of the API. */
type Config = Readonly<Record<string, unknown>>;

/** A source of this connector for an API that answers as the test says. */
export async function sourceOf(
  script: Script,
  config: Config = {},
  {
    clock = systemClock,
    credentials = createMemoryCredentials(),
  }: { readonly clock?: Clock; readonly credentials?: CredentialStore } = {},
) {
  const { origin, asked } = await serveScript(script);
  const { context, warnings } = createContext();
  const lines: string[] = [];
  const note = (fields: object, event: string): void => void lines.push(`${event} ${JSON.stringify(fields)}`);
  const secrets = new Set<string>();
  const whole = { connector: 'http', baseUrl: origin, request: { path: '/v1/members' }, ...config };
  const source = http.configure(JSON.parse(JSON.stringify(whole).replaceAll('OWN', origin))).createSource({
    folder: '.',
    stdin: process.stdin,
    clock,
    log: { ...quiet, debug: note, info: note, warn: note, error: note },
    credentials,
    onSecret: (secret) => secrets.add(secret),
  });
  const read = async (from?: Cursor): Promise<Page[]> => {
    try {
      return await Array.fromAsync(source.read(from, context));
    } finally {
      await source.close?.();
    }
  };
  const check = async (): Promise<readonly CheckLine[]> => (await source.check(context)).lines;
  return { read, check, asked, warnings, origin, secrets, logged: () => lines.join('\n') };
}

export const keysOf = (pages: readonly Page[]): string[] =>
  pages.flatMap(({ records }) => records.map(({ key }) => key));
export const rows = (...ids: number[]) => ids.map((id) => ({ id }));
