import { expect, test } from 'vitest';
import { diffUser } from '../../../src/connectors/zendesk/match/diff-user.ts';

const acme = [{ external_id: 'a', name: 'Acme' }];
const blue = [{ external_id: 'b', name: 'Blue' }];

test('organizations: create_only are neither joined nor left once the user is there, and stay ours as they were', () => {
  const mapped = { external_id: 'x', name: 'X', organizations: blue, emails: ['second@example.com'] };
  const link = { sent: { external_id: 'x', name: 'X', organizations: acme } };
  const policies = { ownership: { organizations: 'create_only' }, inactiveTag: 'inactive' } as const;
  expect(diffUser(mapped, link, undefined, policies)).toMatchObject({
    set: {},
    related: { emails: { from: [], to: ['second@example.com'] } },
    sent: { organizations: acme, emails: ['second@example.com'] },
  });
  const both = diffUser(mapped, link, undefined, { ...policies, ownership: {} });
  expect(both.related).toMatchObject({ organizations: { from: acme, to: blue } });
  expect(diffUser(mapped, link, undefined, policies).related).not.toHaveProperty('organizations');
});
