import { expect, test } from 'vitest';
import type { AuditReport } from '../../src/app/operations/audit.ts';
import { auditPage } from '../../src/cli/html/audit-page.ts';
import type { AuditEntry, AuditedKind } from '../../src/core/audit/findings.ts';
import { openPage, type TinyElement } from '../kit/tiny-dom.ts';

const account = {
  urlsOf: ({ key, destinationId = '' }: { readonly key: string; readonly destinationId?: string | undefined }) => ({
    customer: `https://app.qbo.intuit.com/app/customerdetail?nameId=${encodeURIComponent(key)}`,
    user: `https://acme.zendesk.com/agent/users/${encodeURIComponent(destinationId)}`,
  }),
};

function auditOf(entries: readonly AuditEntry[]): AuditReport {
  const kinds = [...new Set(entries.map(({ kind }) => kind))];
  const count = (kind: AuditedKind): number => entries.filter((entry) => entry.kind === kind).length;
  return {
    pipeline: 'customers',
    sourceTitle: 'Acme',
    destinationOrigin: 'https://acme.zendesk.com',
    at: '2026-11-27T12:00:00.000Z',
    inSync: false,
    source: { total: 0, inSync: 0, differing: 0, missing: 0, skipped: {}, rejected: {} },
    destination: {
      total: 0,
      inSync: 0,
      differing: 0,
      excluded: 0,
      deactivated: 0,
      extra: 0,
      duplicated: 0,
      unmanaged: 0,
    },
    normalized: 0,
    unlistedFields: [],
    causes: kinds.map((kind) => ({ kind, code: kind, count: count(kind), examples: [] })),
    requests: { source: 0, destination: 0, throttled: 0 },
    warnings: [],
    *entries() {
      yield* entries;
    },
    [Symbol.asyncDispose]: async () => undefined,
    close: async () => undefined,
  };
}

async function pageOf(entries: readonly AuditEntry[]): Promise<string> {
  return (await Array.fromAsync(auditPage(auditOf(entries), account))).join('');
}

const differing = (id: number): AuditEntry => ({
  kind: 'differing',
  code: 'edited-in-zendesk',
  key: `c${id}`,
  destinationId: `u${id}`,
  name: `Kestrel Nursery ${id}`,
  message: 'Somebody has changed the field in Zendesk since the last sync.',
  fields: {
    phone: ['+16505551001', '+16505559999'],
    details: ['1 Main St.\nTucson, AZ 85719', '2 Main St.\nTucson, AZ 85719'],
  },
});
const extra: AuditEntry = { kind: 'extra', code: 'extra', destinationId: 'u9', name: 'Left over', fields: {} };

const rowsOf = (list: TinyElement): readonly TinyElement[] => list.children.filter((row) => typeof row !== 'string');
const cellOf = (row: TinyElement | undefined, at: number): string => {
  const cell = row?.children[at];
  return cell === undefined || typeof cell === 'string' ? '' : cell.textContent;
};

test('20,000 findings make a page of a few megabytes that draws a hundred of them', async () => {
  const html = await pageOf(Array.from({ length: 20_000 }, (_, at) => differing(at)));
  expect(html.length).toBeLessThan(4_000_000);
  expect(rowsOf(openPage(html).byId('list'))).toHaveLength(100);
});

test('turning the pages shows every finding once', async () => {
  const missing = (id: number): AuditEntry => ({ kind: 'missing', code: 'missing', key: `c${id}`, fields: {} });
  const { byId } = openPage(await pageOf(Array.from({ length: 2_050 }, (_, at) => missing(at))));
  const shown: string[] = [];
  for (;;) {
    shown.push(...rowsOf(byId('list')).map((row) => cellOf(row, 1)));
    if (byId('next').disabled) break;
    byId('next').fire('click');
  }
  expect(shown).toEqual(Array.from({ length: 2_050 }, (_, at) => `c${at}`));
});

test('a difference shows what the source has and then what Zendesk has, with links to both accounts', async () => {
  const { byId } = openPage(await pageOf([differing(7)]));
  const [row] = rowsOf(byId('list'));
  expect(cellOf(row, 0)).toBe('differing edited-in-zendesk');
  expect(cellOf(row, 3)).toContain('phone +16505551001 → +16505559999');
  const links: string[] = [];
  const collect = (element: TinyElement | string): void => {
    if (typeof element === 'string') return;
    if (element.name === 'a') links.push(element.attributes.href ?? '');
    element.children.forEach(collect);
  };
  collect(byId('list'));
  expect(links).toEqual([
    'https://app.qbo.intuit.com/app/customerdetail?nameId=c7',
    'https://acme.zendesk.com/agent/users/u7',
  ]);
});

test('search finds names, keys, ids, causes, messages and values; the filter takes one kind', async () => {
  const { byId } = openPage(await pageOf([differing(1), differing(2), extra]));
  const search = (value: string): number => {
    byId('search').fire('input', { value });
    return rowsOf(byId('list')).length;
  };
  expect(['nursery c2', 'c1', 'U9', 'edited-in', 'since the last', '9999', 'left over', '{'].map(search)).toEqual([
    1, 1, 1, 2, 2, 2, 1, 0,
  ]);
  search('');
  byId('only-extra').fire('change');
  const [row, ...others] = rowsOf(byId('list'));
  expect(others).toEqual([]);
  expect([cellOf(row, 1), cellOf(row, 2)]).toEqual(['Left over', 'u9']);
});
