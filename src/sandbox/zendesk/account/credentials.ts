import type { User } from '../people/user.ts';

export const zendeskCredentials = {
  clientId: 'rolodesk-sandbox',
  clientSecret: 'sandbox-zendesk-secret',
  refreshToken: 'sandbox-zendesk-refresh',
  email: 'admin@example.com',
  apiToken: 'sandbox-api-token',
  adminToken: 'sandbox-admin-token',
  agentToken: 'sandbox-agent-token',
};

export type Role = 'admin' | 'agent';

/** Whose credentials they are. */
export const myself: User = {
  id: 360_000_000_001,
  name: 'Sandbox Admin',
  email: 'admin@example.com',
  external_id: null,
  role: 'admin',
  active: true,
  suspended: false,
  phone: null,
  alias: null,
  details: null,
  notes: null,
  time_zone: 'Pacific Time (US & Canada)',
  locale: 'en-US',
  organization_id: null,
  tags: [],
  user_fields: {},
  created_at: '2024-01-01T00:00:00Z',
  updated_at: '2024-01-01T00:00:00Z',
};
