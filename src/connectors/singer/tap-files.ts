import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { SourceOptions } from '../../core/connector.ts';
import type { Json } from '../../core/domain/json.ts';
import type { SingerConfig } from './config.ts';
import { writeState } from './exact-state.ts';
import { secretsIn } from './secrets.ts';

/** What a tap is handed: files in a folder that only this user can read, and that is gone with the tap. */
export interface TapFiles {
  readonly config: string;
  /** Writes one more, and gives its path. */
  write(name: string, content: Json): Promise<string>;
  /** Keeps what the tap has written into its configuration, and removes everything. */
  close(): Promise<void>;
}

const object = z.record(z.string(), z.json());
const stored = z.object({ root: z.string(), config: object });

type Options = Pick<SourceOptions<SingerConfig>, 'config' | 'credentials' | 'onSecret'>;

/**
 * Some taps write a rotated refresh token into their configuration file: it is kept among the credentials, with a hash of the
 * configuration that it grew from. A different configuration wins.
 */
export async function openTapFiles({ config, credentials, onSecret }: Options): Promise<TapFiles> {
  const name = `singer:${config.account}`;
  const root = createHash('sha256').update(JSON.stringify(config.config)).digest('hex');
  const kept = stored.safeParse(await credentials.load(name)).data;
  const given = kept?.root === root ? kept.config : config.config;
  for (const secret of [...secretsIn(given), ...secretsIn(config.env)]) onSecret(secret);

  const folder = await mkdtemp(join(tmpdir(), 'rolodesk-tap-'));
  const onExit = (): void => rmSync(folder, { recursive: true, force: true });
  // A second signal ends the process at once, and secrets must not stay behind it.
  process.once('exit', onExit);

  async function write(file: string, content: Json): Promise<string> {
    const path = join(folder, `${file}.json`);
    await writeFile(path, writeState(content), { mode: 0o600, flag: 'wx' });
    return path;
  }

  const path = await write('config', given);
  const before = writeState(given);
  return {
    config: path,
    write,
    async close() {
      try {
        const text = await readFile(path, 'utf8').catch(() => before);
        const changed = text === before ? undefined : object.safeParse(parsed(text)).data;
        if (!changed || writeState(changed) === before) return;
        for (const secret of secretsIn(changed)) onSecret(secret);
        await credentials.save(name, { root, config: changed });
      } finally {
        await rm(folder, { recursive: true, force: true });
        process.off('exit', onExit);
      }
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut off when the tap was ended: what it had before is still what we know.
    return undefined;
  }
}
