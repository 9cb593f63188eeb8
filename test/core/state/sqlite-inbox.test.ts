import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createInbox } from '../../../src/core/state/sqlite/inbox.ts';
import { openDatabase } from '../../../src/core/state/sqlite/open-database.ts';
import { openSqliteStore } from '../../../src/core/state/sqlite/open-store.ts';
import { createStatements } from '../../../src/core/state/sqlite/query.ts';
import { ownFolder } from '../../kit/folder.ts';
import { identity } from '../../kit/state/store-builders.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const { clock } = createTestClock({ moves: 'by-hand' });

test('what another process receives while the inbox is looked at counts as received after it, not as looked at', async () => {
  const path = join(ownFolder(), 'state.db');
  const receiver = await openSqliteStore({ path, clock });
  const id = await receiver.openPipeline(identity);
  await receiver.addChanges(id, [{ id: 'e1', key: '1', kind: 'changed' }], 1);

  const database = openDatabase(path);
  onTestFinished(async () => {
    database.close();
    await receiver.close();
  });
  // The other process comes in after each statement of this one.
  const statements = createStatements(database);
  let events = 1;
  function receiveMore(): void {
    events += 1;
    void receiver.addChanges(id, [{ id: `e${events}`, key: String(events), kind: events % 2 ? 'gone' : 'changed' }], 1);
  }
  const inbox = createInbox({
    ...statements,
    rows: (sql, values) => {
      const found = statements.rows(sql, values);
      receiveMore();
      return found;
    },
    count: (sql, values) => {
      const found = statements.count(sql, values);
      receiveMore();
      return found;
    },
  });
  const first = await inbox.pendingChanges(id, { after: 0, limit: 10 });
  expect(first).toEqual({ changed: ['1'], keys: 1, gone: false, upTo: 1 });
  expect(events).toBeGreaterThan(3);
  expect((await receiver.pendingChanges(id, { after: first.upTo, limit: 10 })).keys).toBe(events - 1);
});
