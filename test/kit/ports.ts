import type { CallContext } from '../../src/core/domain/context.ts';
import type { CredentialStore } from '../../src/core/domain/credential-store.ts';
import type { Json } from '../../src/core/domain/json.ts';
import type { Logger } from '../../src/core/domain/log.ts';

/** What the code under test is handed in place of the time, the log and the disk. */

export const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export const noon = Date.parse('2026-11-23T12:00:00Z');

export function memoryCredentials(kept = new Map<string, Json>()): CredentialStore {
  return {
    load: async (name) => kept.get(name),
    save: async (name, value) => {
      kept.set(name, value);
    },
    forget: async (name) => {
      kept.delete(name);
    },
    exclusive: async (_, work) => await work(),
  };
}

export function createContext(signal: AbortSignal = new AbortController().signal) {
  const warnings: string[] = [];
  const texts: string[] = [];
  const context: CallContext = {
    signal,
    log: quiet,
    warn({ code, message }) {
      warnings.push(code);
      texts.push(`${code}: ${message}`);
    },
  };
  /** Codes alone, and codes with their messages. */
  return { context, warnings, texts };
}
