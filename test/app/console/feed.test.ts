import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFeed, type Feed } from '../../../src/app/console/feed/feed.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { ReplyStream } from '../../../src/core/service/route.ts';
import { createSqliteBackend } from '../../../src/core/state/sqlite/backend.ts';
import { eventually } from '../../kit/eventually.ts';
import { ownFolder } from '../../kit/folder.ts';
import { quiet } from '../../kit/ports.ts';

/** A worker's feed on a state that others share. Its polling takes no time. */
async function worker(path: string): Promise<Feed> {
  const clock = { ...systemClock, sleep: async () => await new Promise<void>((next) => setImmediate(next)) };
  const store = await createSqliteBackend(path).openConsole({ clock });
  const feed = createFeed({ store, clock, log: quiet });
  onTestFinished(async () => {
    await feed.close();
    await store.close();
  });
  return feed;
}

function watch(feed: Feed, lastEventId?: string, role: 'viewer' | 'operator' = 'operator') {
  const gone = new AbortController();
  let text = '';
  const out: ReplyStream = {
    signal: gone.signal,
    pendingBytes: () => 0,
    send(part) {
      text += part;
    },
    async write(part) {
      text += part;
    },
    end: () => gone.abort(new Error('ended')),
  };
  const over = feed.stream(out, { role, name: 'olga', lastEventId });
  const events = () =>
    [...text.matchAll(/^id: (\d+)\nevent: ([\w-]+)\ndata: (.*)$/gm)].map(([, id, , data = '']) => ({
      id,
      ...JSON.parse(data),
    }));
  return {
    events,
    text: () => text,
    begun: () => eventually(() => text.includes('retry:')),
    until: (count: number) => eventually(() => events().length >= count),
    async leave() {
      gone.abort(new Error('The reader leaves.'));
      await over;
    },
  };
}

const changed = (pipeline: string) => ({ kind: 'changed', pipeline }) as const;

test('a stream that breaks goes on at another worker where it was: nothing is lost, nothing comes twice', async () => {
  const path = join(ownFolder(), 'state.db');
  const [one, other] = [await worker(path), await worker(path)];
  const first = watch(one);
  await first.begun();
  await one.publish([changed('a'), changed('b')]);
  await first.until(2);
  await first.leave();
  await other.publish([changed('c')]);
  const second = watch(other, first.events().at(-1)?.id);
  await one.publish([changed('d')]);
  await second.until(2);
  await one.publish([changed('e')]);
  await second.until(3);
  expect(second.events().map(({ pipeline }) => pipeline)).toEqual(['c', 'd', 'e']);
  const third = watch(one, second.events()[0]?.id);
  await third.until(2);
  expect(third.events().map(({ pipeline }) => pipeline)).toEqual(['d', 'e']);
});

test('whoever has missed too much, or comes with an id that nobody gave, is told to ask for everything again', async () => {
  const feed = await worker(join(ownFolder(), 'state.db'));
  await feed.publish(Array.from({ length: 2_100 }, () => changed('a')));
  for (const id of ['1', '999999', 'nonsense', '-1']) {
    const late = watch(feed, id);
    await late.until(1);
    expect(late.events()).toEqual([{ id: '2100', kind: 'reset' }]);
    await late.leave();
  }
});

test('a page that only begins now is sent nothing old', async () => {
  const feed = await worker(join(ownFolder(), 'state.db'));
  await feed.publish([changed('old')]);
  const fresh = watch(feed);
  await fresh.begun();
  await feed.publish([changed('new')]);
  await fresh.until(1);
  expect(fresh.events()).toMatchObject([{ kind: 'changed', pipeline: 'new' }]);
});

test('the address of a sign-in is not for viewers', async () => {
  const feed = await worker(join(ownFolder(), 'state.db'));
  const [viewer, operator] = [watch(feed, undefined, 'viewer'), watch(feed)];
  await Promise.all([viewer.begun(), operator.begun()]);
  const at = new Date(0).toISOString();
  const signIn = {
    url: 'https://vendor.example/authorize?state=s',
    redirectUri: 'http://localhost/callback',
    register: 'there',
  };
  const task = {
    id: 't',
    pipeline: 'a',
    kind: 'connect',
    state: 'running',
    by: 'olga',
    startedAt: at,
    finishedAt: null,
    progress: null,
    signIn,
    result: null,
    error: null,
  } as const;
  await feed.publish([{ kind: 'task', task }]);
  await Promise.all([viewer.until(1), operator.until(1)]);
  expect(operator.text()).toContain('authorize');
  expect(viewer.text()).not.toContain('authorize');
});
