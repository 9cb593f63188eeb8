/**
 * Mailboxes that belong to a role and not to a person. Zendesk makes one user of each, so tickets of several people get
 * one requester, and everybody who reads the mailbox gets its mail. They are synced like any other address; whether that is
 * wanted is for people to decide.
 */
const roles = {
  office: {
    why: 'read by whoever is in the office: tickets of several people become those of one user',
    names: [
      'info',
      'office',
      'contact',
      'hello',
      'mail',
      'email',
      'enquiries',
      'inquiries',
      'reception',
      'team',
      'staff',
    ],
  },
  finance: {
    why: 'read by bookkeepers: the usual one in accounting data, seldom the person who writes tickets',
    names: [
      ...['billing', 'invoice', 'invoices', 'invoicing', 'accounts', 'accounting', 'accountspayable', 'payables', 'ap'],
      ...['accountsreceivable', 'receivables', 'ar', 'finance', 'payments', 'payroll', 'bookkeeping', 'bookkeeper'],
    ],
  },
  business: {
    why: 'a department (RFC 2142, section 3, and its like)',
    names: [
      'sales',
      'support',
      'help',
      'helpdesk',
      'service',
      'marketing',
      'orders',
      'purchasing',
      'hr',
      'jobs',
      'admin',
    ],
  },
  network: {
    why: 'a duty of a mail or network operator (RFC 2142, sections 4 and 5): no customer writes from it',
    names: ['postmaster', 'abuse', 'noc', 'security', 'hostmaster', 'webmaster', 'root', 'usenet', 'www', 'ftp'],
  },
  unattended: {
    why: 'nobody reads it: replies to its tickets are lost, and some of them bounce',
    names: [
      'noreply',
      'donotreply',
      'nospam',
      'mailerdaemon',
      'bounce',
      'bounces',
      'none',
      'noemail',
      'nomail',
      'test',
    ],
  },
} as const;

export type Role = keyof typeof roles;

const roleByName: ReadonlyMap<string, Role> = new Map(
  (Object.keys(roles) as Role[]).flatMap((role) => roles[role].names.map((name) => [name, role] as const)),
);

/** The role that an address belongs to: by its local part, without separators and anything after a plus sign. */
export function roleOf(address: string): Role | undefined {
  const [local = ''] = address.toLowerCase().split('@');
  return roleByName.get((local.split('+')[0] ?? '').replaceAll(/[._-]/g, ''));
}

/** Why each kind is reported, in the order in which they are shown. */
export function reasonsOfRoles(): readonly (readonly [Role, string])[] {
  // Its keys are the roles: the type is made of them.
  return (Object.keys(roles) as Role[]).map((role) => [role, roles[role].why]);
}
