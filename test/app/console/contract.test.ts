import { expect, test } from 'vitest';
import { z } from 'zod';
import { type EndpointId, endpoints, type PathParameters } from '../../../src/app/console/api/index.ts';

const all = Object.entries(endpoints);

test('no two endpoints answer the same request', () => {
  const asked = all.map(([, { method, path }]) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect([...new Set(asked)].toSorted()).toEqual(asked.toSorted());
});

test('whoever is not signed in reaches only what signs in', () => {
  const open = all.flatMap(([id, { role }]): string[] => (role === 'anyone' ? [id] : []));
  expect(open).toEqual(['getSession', 'signInByLink', 'signInByToken', 'startOidc', 'endOidc']);
});

test('what changes something is a POST or DELETE for operators; viewers sign out', () => {
  const acts = all.filter(([, { method, role }]) => method !== 'GET' && role === 'viewer');
  expect(acts.map(([id]) => id)).toEqual(['signOut']);
});

test('every list is a page, and a page has a limit', () => {
  const pages = all.filter(([, { answer }]) => answer instanceof z.ZodObject && 'next' in answer.shape);
  expect(pages.length).toBeGreaterThan(8);
  for (const [id, { query }] of pages) {
    expect(query?.safeParse({}).data, id).toMatchObject({ limit: 50 });
    expect(query?.safeParse({ limit: '201' }).success, id).toBe(false);
  }
});

test('the parameters of a path are part of its type', () => {
  const names: PathParameters<(typeof endpoints)['listRunRecords']['path']>[] = ['pipeline', 'run'];
  const id: EndpointId = 'listRunRecords';
  expect([...endpoints[id].path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(names);
});
