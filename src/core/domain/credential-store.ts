import type { Json } from './json.ts';

/** A secret that must survive the process, such as a rotated refresh token. */
export interface CredentialStore {
  load(name: string): Promise<Json | undefined>;
  /** Resolves when the value is on disk. */
  save(name: string, value: Json): Promise<void>;
  /** Resolves when it is gone from disk. */
  forget(name: string): Promise<void>;
  /** Runs `work` while no other process and no other caller runs work of the same name. */
  exclusive<T>(name: string, work: () => Promise<T>): Promise<T>;
}
