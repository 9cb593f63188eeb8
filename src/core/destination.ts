import type { z } from 'zod';
import type { Connection, ConnectionOptions } from './auth/connection.ts';
import type { ConnectorOptions } from './connector-options.ts';
import type { DestinationSchema, FieldCoercer } from './domain/field-schema.ts';
import type { Sink } from './domain/sink.ts';
import type { SpecVersion } from './domain/spec-version.ts';
import type { RateLimits } from './http/rate-limits.ts';

export interface SinkOptions<C> extends ConnectorOptions<C> {
  /** Field names that the mapping sets, sorted. */
  readonly fields: readonly string[];
  readonly policies: SinkPolicies;
  /** Where our id of a user is kept, in place of the destination's own field for it. */
  readonly identity?: { readonly field: string } | undefined;
  /** Name of the source connector, for tags. */
  readonly sourceName: string;
  /** Called just before each request that writes: throws when this process may not write any more. */
  readonly beforeWrite?: () => void | Promise<void>;
}

/**
 * Who has the last word on a field of a user that exists: we do; we do where it is empty; or never again once we have made
 * the user.
 */
export type Ownership = 'always' | 'if_empty' | 'create_only';

export interface SinkPolicies {
  readonly inactive: 'tag' | 'suspend' | 'delete' | 'ignore';
  readonly conflict: 'reject' | 'takeover';
  readonly oldEmail: 'remove' | 'keep';
  /** What to do for a customer whose user was deleted over there. */
  readonly deletedInDestination: 'skip' | 'recreate';
  /** How a customer ends who turns out to be staff. Staff are never written. */
  readonly staff: 'skip' | 'reject';
  /** By field name, such as `user_fields.member_level`. `always` for those that are not in it. */
  readonly ownership: Readonly<Record<string, Ownership>>;
}

export interface DestinationConnector<C, P> {
  /** Of this contract. */
  readonly specVersion: SpecVersion;
  readonly name: string;
  readonly title: string;
  readonly config: z.ZodType<C>;
  readonly limits: RateLimits;
  origin(config: C): string;
  /** Where a person looks at a user with the browser. */
  userUrl(config: C, id: string): string;
  /** What its fields take, by what is known of the account (undefined: nothing yet) and what is declared next to it. */
  createFieldCoercer(facts: DestinationSchema | undefined, declared: Omit<DestinationSchema, 'locales'>): FieldCoercer;
  createSink(options: SinkOptions<C>): Sink<P>;
  /** For `rolodesk connect`: how its credentials come and go. */
  connection(options: ConnectionOptions<C>): Connection;
}
