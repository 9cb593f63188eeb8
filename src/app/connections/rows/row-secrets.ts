import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../core/clock.ts';
import { decrypt, encrypt } from '../../../core/state/sealed-value.ts';
import type { Host } from '../../host.ts';
import type { StateLocation } from '../../state/location.ts';
import { openCredentials } from '../open-credentials.ts';
import type { StoredRow } from './row.ts';

/**
 * The secrets of connections. They are encrypted with a key of their own, which is kept as a credential and so encrypted
 * with ROLODESK_KEY: another ROLODESK_KEY changes one credential, not thousands of rows.
 */
export interface RowSecrets {
  seal(name: string, values: Readonly<Record<string, string>>): Promise<StoredRow['secrets']>;
  open(row: StoredRow): Promise<Readonly<Record<string, string>>>;
}

/** The name of the credential that holds the key. Each state has one of its own. */
export const rowKeyName = 'connections';
const keyBytes = 32;
const storedKey = z.object({ key: z.string() });
const storedValues = z.record(z.string(), z.string());

export function createRowSecrets(
  state: StateLocation,
  { env, ...ports }: Pick<Host, 'states' | 'env'> & { readonly clock: Clock },
): RowSecrets {
  let known: Promise<Buffer> | undefined;

  async function readKey(): Promise<Buffer> {
    const credentials = await openCredentials({ state, env }, ports);
    try {
      return await credentials.exclusive(rowKeyName, async () => {
        const stored = storedKey.safeParse(await credentials.load(rowKeyName)).data;
        if (stored) return Buffer.from(stored.key, 'base64');
        const key = randomBytes(keyBytes);
        await credentials.save(rowKeyName, { key: key.toString('base64') });
        return key;
      });
    } finally {
      await credentials.close();
    }
  }

  /** Asked for with the first secret. A key that could not be read is asked for again: somebody may have corrected it. */
  async function keyOf(): Promise<Buffer> {
    known ??= readKey();
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
  }

  return {
    async seal(name, values) {
      const names = Object.keys(values);
      if (names.length === 0) return undefined;
      return { names, sealed: encrypt(await keyOf(), subjectOf(name), { ...values }).toString('base64') };
    },
    async open({ name, secrets }) {
      if (!secrets) return {};
      return storedValues.parse(
        decrypt({
          key: await keyOf(),
          name: subjectOf(name),
          sealed: Buffer.from(secrets.sealed, 'base64'),
          keyId: undefined,
        }),
      );
    },
  };
}

/** What a value is encrypted for: one that is moved to another connection is refused. */
function subjectOf(name: string): string {
  return `connection ${name}`;
}
