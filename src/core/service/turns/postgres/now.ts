/** The database's time in milliseconds since the epoch: machines need not agree on theirs. */
export const nowMs = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
