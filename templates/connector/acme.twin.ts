import { createTwin, type TwinOptions } from 'rolodesk/testing';

export const customer = (n: number) => ({
  id: `c${n}`,
  name: `Customer ${n}`,
  email: `c${n}@example.com`,
  phone: '+1 415 555 0100',
  updated_at: '2026-01-05T09:00:00Z',
});

/** Acme's API on this machine, as its documentation describes it. */
export const twin = (options: TwinOptions) =>
  createTwin({
    ...options,
    path: '/v1/customers',
    auth: { type: 'bearer', token: 'test-token' },
    row: customer,
    paging: { type: 'cursor', param: 'cursor', sizeParam: 'limit', size: 20 },
    since: 'updated_since',
    reply: ({ rows, next }) => ({ customers: rows, next }),
  });
