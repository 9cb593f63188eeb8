import type { Pool } from 'pg';
import type { Clock } from '../clock.ts';
import type { CredentialStore } from '../domain/credential-store.ts';
import type { PipelineIdentity } from '../domain/pipeline.ts';
import type { ConsoleStore } from './console/console-store.ts';
import type { PipelineTables } from './copy/pipeline-tables.ts';
import type { Lease } from './lease.ts';
import type { Glance } from './service/glance.ts';
import type { ServiceStore } from './service/service-store.ts';
import type { Standing } from './service/standing.ts';
import type { StateStore } from './store.ts';

/** Where pipelines keep their state: a file, or a database that several machines share. */
export interface StateBackend {
  readonly kind: 'sqlite' | 'postgres';
  /** For messages: a path, or the address of the database without user and password. */
  readonly location: string;
  /**
   * The right to run pipelines of this destination account and to write their state. A file has one for all accounts.
   * Throws StateError `locked` while another process has it.
   */
  acquireLease(account: string): Promise<Lease>;
  /** With a lease every method that writes checks it first. Without one it is for what writes small rows next to a run. */
  openStore(options: { readonly clock: Clock; readonly lease?: Lease }): Promise<StateStore>;
  /** `key` is asked for with the first secret. */
  openCredentials(options: { readonly clock: Clock; readonly key: () => Buffer }): Promise<ClosableCredentialStore>;
  /**
   * Makes the tables where there are none, and brings those of an older version to this one. Says from which version to
   * which. Throws StateError for tables of a newer version.
   */
  migrate(): Promise<{ readonly from: number; readonly to: number }>;
  /** Runs `work` while no run of any account is in flight and none can begin. Throws StateError `locked` if there is one. */
  withoutRuns<T>(work: () => Promise<T>): Promise<T>;
  /** What a service keeps besides the states of its pipelines. */
  openService(options: { readonly clock: Clock }): Promise<ServiceStore>;
  /** How pipelines stand, by name, all at once. Writes nothing: one that has no state yet is left out. */
  standings(
    identities: readonly PipelineIdentity[],
    options: { readonly clock: Clock },
  ): Promise<ReadonlyMap<string, Standing>>;
  /** What a list shows of them, by name, with so many runs of each. Writes nothing: one without a state is left out. */
  glances(
    identities: readonly PipelineIdentity[],
    options: { readonly runs: number },
  ): Promise<ReadonlyMap<string, Glance>>;
  /** What a web console keeps. */
  openConsole(options: { readonly clock: Clock }): Promise<ConsoleStore>;
  /** As rows, to copy pipelines from one state to another. With the lease of whoever changes them. */
  openTables(lease?: Lease): Promise<PipelineTables>;
  /** What workers that share it need besides. Absent where nobody can share it. */
  readonly shared?: SharedDatabase;
  /** Called once what was opened from it is closed. */
  close(): Promise<void>;
}

export interface ClosableCredentialStore extends CredentialStore {
  /** Of everything that is stored. */
  names(): Promise<readonly string[]>;
  close(): void | Promise<void>;
}

/** A database for others than the store, such as the queue of turns. */
export interface SharedDatabase {
  readonly pool: Pool;
  /** How others see this process. */
  readonly worker: string;
  /** A worker whose last beat is older has lost its turns. */
  readonly turnMs: number;
  /** Runs `work` while nobody else runs work under this name. The lock needs no session. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
}
