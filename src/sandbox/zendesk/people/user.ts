/** A user, its addresses and numbers, and what may be wrong with it, as the sandbox keeps them. */

export interface Identity {
  readonly id: number;
  readonly type: 'email' | 'phone_number';
  value: string;
  primary: boolean;
  verified: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface User {
  readonly id: number;
  name: string;
  email: string | null;
  external_id: string | null;
  role: string;
  active: boolean;
  suspended: boolean;
  phone: string | null;
  alias: string | null;
  details: string | null;
  notes: string | null;
  time_zone: string;
  locale: string;
  organization_id: number | null;
  tags: string[];
  /** Of another account, by a sharing agreement: nobody here may change it. */
  shared?: boolean;
  /** Shown in place of what is so: types drift. */
  odd?: Readonly<Record<string, unknown>>;
  user_fields: Record<string, unknown>;
  readonly created_at: string;
  updated_at: string;
  [field: string]: unknown;
}

export interface Mail {
  readonly to: string;
  readonly kind: 'verification';
}

export interface FieldProblem {
  readonly field: string;
  readonly description: string;
  readonly error?: string;
}

/** A user as it is before anything is written to it. */
export function blankUser(id: number, at: string): User {
  return {
    id,
    name: '',
    email: null,
    external_id: null,
    role: 'end-user',
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
    created_at: at,
    updated_at: at,
  };
}
