import { type ApplyTable, each } from './apply-table.ts';
import { createStatement } from './query.ts';

/** Links and claims on addresses. Whoever waits for an address that was given up becomes due. */
export const applyLinks: ApplyTable = (database) => {
  const put = {
    link: createStatement(
      database,
      'INSERT OR REPLACE INTO links (pipeline, key, external_id, destination_id, origin, sent, stored, written_at, deactivated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    unlink: each(database, 'DELETE FROM links WHERE pipeline = ?1 AND key IN (SELECT value FROM json_each(?2))'),
    release: each(database, 'DELETE FROM claims WHERE pipeline = ?1 AND address IN (SELECT value FROM json_each(?2))'),
    pendingDue: each(
      database,
      'UPDATE pending INDEXED BY pending_by_address SET due = 1 WHERE pipeline = ?1 AND address IN (SELECT value FROM json_each(?2))',
    ),
    claim: createStatement(database, 'INSERT OR REPLACE INTO claims (pipeline, address, key) VALUES (?, ?, ?)'),
  };
  return ({ pipeline }, { links = [], unlink, release, claims = [] }) => {
    for (const { key, externalId, destinationId, origin, sent, stored, writtenAt, deactivated } of links) {
      const kept = stored ? JSON.stringify(stored) : null;
      const identity = [pipeline, key, externalId.toLowerCase(), destinationId, origin] as const;
      put.link.run(...identity, JSON.stringify(sent), kept, writtenAt, deactivated ?? null);
    }
    put.unlink(pipeline, unlink);
    put.release(pipeline, release);
    put.pendingDue(pipeline, release);
    for (const { email, key } of claims) put.claim.run(pipeline, email, key);
  };
};
