import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { SyncPlan } from '../../src/app/operations/plan.ts';
import { listScript } from '../../src/cli/html/list-script.ts';
import { planPage } from '../../src/cli/html/plan-page.ts';
import type { PlannedAction, PlannedChange } from '../../src/core/plan/planned-change.ts';
import { openPage, type TinyElement } from '../kit/tiny-dom.ts';

const attack = '</script><img src=x onerror=alert(1)>"\'&\u2028';

const account = {
  accounts: {
    source: { label: 'acme-old.zendesk.com', origin: 'https://acme-old.zendesk.com' },
    destination: { label: 'acme.zendesk.com', origin: 'https://acme.zendesk.com' },
  },
  urlsOf: ({ key, destinationId = '' }: { readonly key: string; readonly destinationId?: string | undefined }) => ({
    customer: `https://acme-old.zendesk.com/agent/users/${encodeURIComponent(key)}`,
    user: `https://acme.zendesk.com/agent/users/${encodeURIComponent(destinationId)}`,
  }),
};

function planOf(all: readonly PlannedChange[]): SyncPlan {
  const count = (action: PlannedAction): number => all.filter((change) => change.action === action).length;
  const counts = {
    create: count('create'),
    update: count('update'),
    adopt: count('adopt'),
    deactivate: count('deactivate'),
    skip: count('skip'),
    conflict: count('conflict'),
    reject: count('reject'),
    unchanged: 0,
  };
  const plan = {
    pipeline: 'customers',
    destination: account.accounts.destination.origin,
    createdAt: '2026-11-27T12:00:00.000Z',
    counts,
    estimate: { calls: { total: 1 }, expectedMs: 1000, limitedBy: 'calls' },
    report: { outcome: 'completed', warnings: [] },
    changes: async function* (actions?: readonly PlannedAction[]) {
      for (const change of all) if (actions?.includes(change.action) ?? true) yield change;
    },
    nameOf: () => attack,
    blockingUserOf: async () => '77',
  };
  // Of a plan only what a page shows.
  return plan as unknown as SyncPlan;
}

async function pageOf(changes: readonly PlannedChange[]): Promise<string> {
  return (await Array.fromAsync(planPage(planOf(changes), account))).join('');
}

const creates = Array.from({ length: 250 }, (_, at): PlannedChange => {
  const fields = { name: [null, `Customer ${at + 1}`] as const, tags: [null, ['a', 'b']] as const };
  return { key: String(at + 1), action: 'create', fields: { ...fields } };
});
const conflict: PlannedChange = {
  key: attack,
  action: 'conflict',
  code: 'external-id-conflict',
  message: attack,
  fields: {},
};

const rowsOf = (list: TinyElement): readonly string[] =>
  list.children.map((row) => (typeof row === 'string' ? row : row.textContent));

test('what needs a person comes first, a hundred rows at a time', async () => {
  const { byId } = openPage(await pageOf([...creates, conflict]));
  expect(rowsOf(byId('list'))).toHaveLength(100);
  expect(rowsOf(byId('list'))[0]).toContain('external-id-conflict');
  expect(byId('where').textContent).toBe('1–100 of 251');
  expect([byId('previous').disabled, byId('next').disabled]).toEqual([true, false]);
  byId('next').fire('click');
  byId('next').fire('click');
  expect(byId('where').textContent).toBe('201–251 of 251');
  expect(byId('next').disabled).toBe(true);
});

test('search and filter go together', async () => {
  const { byId } = openPage(await pageOf([...creates, conflict]));
  byId('search').fire('input', { value: 'CUSTOMER 24' });
  // 24, 124, 224 and 240 to 249.
  expect(rowsOf(byId('list'))).toHaveLength(13);
  byId('only-conflict').fire('change');
  expect(byId('where').textContent).toBe('Nothing found');
  byId('search').fire('input', { value: '' });
  expect(rowsOf(byId('list'))).toHaveLength(1);
  byId('only-all').fire('change');
  expect(byId('where').textContent).toBe('1–100 of 251');
});

test('a customer and the user that is in its way are links to both accounts', async () => {
  const { byId } = openPage(await pageOf([{ ...conflict, key: 'a/b' }]));
  const links: string[] = [];
  const collect = (element: TinyElement | string): void => {
    if (typeof element === 'string') return;
    if (element.name === 'a') links.push(element.attributes.href ?? '');
    element.children.forEach(collect);
  };
  collect(byId('list'));
  expect(links).toEqual(['https://acme-old.zendesk.com/agent/users/a%2Fb', 'https://acme.zendesk.com/agent/users/77']);
});

test('nothing that a customer is called becomes a part of the page, and no script but ours may run', async () => {
  const html = await pageOf([conflict]);
  expect(html).not.toContain('<img');
  expect(html).not.toContain('\u2028');
  expect(html.match(/<script>/g)).toHaveLength(1);
  const hash = createHash('sha256').update(listScript).digest('base64');
  expect(html).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`);
  const { byId } = openPage(html);
  expect(byId('list').textContent).toContain('</script><img src=x onerror=alert(1)>"\'&');
});

test('20,000 customers make a page of a few megabytes', async () => {
  const many = Array.from(
    { length: 20_000 },
    (_, at): PlannedChange => ({
      key: String(at),
      action: 'create',
      fields: {
        external_id: [null, `quickbooks:9130357992221046:${at}`],
        name: [null, `Kestrel Nursery ${at}`],
        email: [null, `customer${at}@example.com`],
        phone: [null, '+16505551001'],
        details: [null, '1 Main St.\nTucson, AZ 85719'],
        tags: [null, ['quickbooks']],
      },
    }),
  );
  expect((await pageOf(many)).length).toBeLessThan(6_000_000);
});
