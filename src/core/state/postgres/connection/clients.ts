import type pg from 'pg';
import { systemClock } from '../../../clock.ts';
import { StateError } from '../../../domain/errors.ts';
import type { Address } from './address.ts';
import { databaseError } from './errors.ts';
import { isSilence, postgresFailure } from './failure.ts';
import type { Pool } from './pool.ts';

/**
 * Hands out connections of these pools, and knows what the loss of one says about the others. All throw what `databaseError`
 * makes of a failure, but for `ask`, whose caller does.
 */
export function createClients(
  pools: readonly Pool[],
  { location, connectTimeoutMs }: Pick<Address, 'location' | 'connectTimeoutMs'>,
) {
  let silence: { readonly until: number; readonly error: unknown } | undefined;

  /**
   * When a new connection was not answered, nobody tries another one for as long again: what a run still has to record
   * would wait once for each batch, and be lost all the same.
   */
  async function connect({ pool: from }: Pool): Promise<pg.PoolClient> {
    if (from.ending) throw new StateError(`The state in ${location} was closed.`);
    if (silence && from.idleCount === 0 && systemClock.elapsed() < silence.until)
      throw databaseError(silence.error, location);
    try {
      for (;;) {
        const client = await from.connect();
        // One that was dropped stays in the pool until its socket has closed.
        if (!client.connection.stream.destroyed) return client;
        client.release(true);
      }
    } catch (error) {
      if (error instanceof Error && isSilence(error))
        silence = { until: systemClock.elapsed() + connectTimeoutMs, error };
      throw databaseError(error, location);
    }
  }

  async function ask<T>(client: pg.PoolClient, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    try {
      const answer = await work(client);
      silence = undefined;
      return answer;
    } catch (error) {
      // One connection that is lost is rarely the only one.
      if (isConnectionLost(error)) for (const one of pools) one.dropIdle();
      throw error;
    }
  }

  async function onClient<T>(from: Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await connect(from);
    try {
      const answer = await ask(client, work);
      client.release();
      return answer;
    } catch (error) {
      // Without the server's answer nobody knows in which state the connection is.
      client.release(isConnectionLost(error));
      throw databaseError(error, location);
    }
  }

  return { connect, ask, onClient };
}

function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && postgresFailure(error).kind === 'connection';
}
