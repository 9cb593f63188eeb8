import { z } from 'zod';
import { ContractError } from '../../../core/domain/errors.ts';
import { repair } from '../../../core/records/repair.ts';

/** Replies as far as we use them. Unknown keys pass: Zendesk adds fields at any time. */

/**
 * A row among others: an odd field of one is absent, and does not keep the others from being read. A row without what it is
 * known by is not what the API documents: what is left out of a list could be taken for gone.
 */
function tolerant<S extends z.ZodType>(row: S) {
  return z.preprocess((value) => (row.safeParse(value).success ? value : (repair(row, value).data ?? value)), row);
}

export const userRow = z.looseObject({
  id: z.number(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  external_id: z.string().nullish(),
  role: z.string().nullish(),
  active: z.boolean().nullish(),
  suspended: z.boolean().nullish(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  user_fields: z.record(z.string(), z.json()).nullish(),
});
export type UserRow = z.infer<typeof userRow>;

/** Of a user whose `role` or `active` is not what the API documents: it may be staff, and counts as such. */
export const unknownRole = 'unknown';

export const knownRoles = ['end-user', 'agent', 'admin'] as const;
const roles: ReadonlySet<unknown> = new Set(knownRoles);

/**
 * A user among others: one odd field of one must not keep all others from being read. A field that does not fit is absent,
 * and as it came under `raw`. Undefined for a row without an id.
 */
function readUser(row: unknown): UserRow | undefined {
  const parsed = userRow.safeParse(row);
  if (parsed.success && roles.has(parsed.data.role)) return parsed.data;
  const { data, omitted } = repair(userRow, row);
  if (!data) return undefined;
  const odd = new Set(omitted.map((path) => path.split('.')[0] ?? ''));
  if (!roles.has(data.role)) odd.add('role');
  const isUnknown = odd.has('role') || odd.has('active');
  if (isUnknown) odd.add('role');
  const raw = Object.fromEntries([...odd].map((name) => [name, Reflect.get(Object(row), name)]));
  return { ...data, ...(isUnknown && { role: unknownRole }), raw };
}

function readUsers<T extends { readonly users: readonly unknown[] }>(
  { users: rows, ...rest }: T,
  context: z.RefinementCtx,
) {
  const read = rows.map((row) => ({ row, user: readUser(row) }));
  // One may be odd. When all are, the list is another than the API documents.
  if (rows.length > 1 && read.every(({ user }) => !user))
    context.addIssue({ code: 'invalid_type', expected: 'number', path: ['users', 0, 'id'], input: rows });
  return {
    ...rest,
    users: read.flatMap(({ user }) => user ?? []),
    /** Rows without an id, as they came. */
    unreadable: read.flatMap(({ row, user }) => (user ? [] : [row])),
  };
}

export const identity = z.looseObject({
  id: z.number(),
  user_id: z.number().nullish(),
  type: z.string(),
  value: z.string(),
  primary: z.boolean().nullish(),
  verified: z.boolean().nullish(),
});
export type Identity = z.infer<typeof identity>;

export const me = z.object({
  user: z.looseObject({ id: z.number().nullish(), name: z.string().nullish(), role: z.string().nullish() }),
});
/** Of the users of the same reply, where they were asked for: nobody promises that (reference: sideloads). */
const sideloaded = { identities: z.array(tolerant(identity)).nullish() };
const userRows = z.array(z.unknown());
export const userList = z
  .object({
    users: userRows,
    ...sideloaded,
    meta: z.looseObject({ has_more: z.boolean(), after_cursor: z.string().nullish() }),
  })
  .transform(readUsers);
export const userCount = z.object({ count: z.looseObject({ value: z.number() }) });
export const oneUser = z.object({ user: z.preprocess((row) => readUser(row) ?? row, userRow) });
export const users = z.object({ users: userRows, ...sideloaded }).transform(readUsers);
export const exported = z
  .object({
    users: userRows,
    ...sideloaded,
    after_cursor: z.string().nullish(),
    end_of_stream: z.boolean(),
  })
  .transform(readUsers);

export const identities = z.object({ identities: z.array(tolerant(identity)) });
export const oneIdentity = z.object({ identity });

export const jobStatus = z.looseObject({
  id: z.string(),
  status: z.string(),
  /** Rows that are done, of `total`: a number while the job is worked on. */
  progress: z.unknown().optional(),
  total: z.unknown().optional(),
  /** Also seen as an object, such as `{ "success": true }`. */
  results: z.unknown().optional(),
});
export type JobStatus = z.infer<typeof jobStatus>;
export const oneJob = z.object({ job_status: jobStatus });
export const jobs = z.object({ job_statuses: z.array(jobStatus) });

export const organizationRow = z.looseObject({
  id: z.number(),
  name: z.string().nullish(),
  external_id: z.string().nullish(),
  created_at: z.string().nullish(),
  details: z.string().nullish(),
  notes: z.string().nullish(),
  domain_names: z.array(z.string()).nullish(),
  tags: z.array(z.string()).nullish(),
  organization_fields: z.record(z.string(), z.json()).nullish(),
});
export type OrganizationRow = z.infer<typeof organizationRow>;
/** Of a list by pages; absent elsewhere. */
const meta = z.looseObject({ has_more: z.boolean().nullish(), after_cursor: z.string().nullish() }).nullish();
export const organizations = z.object({ organizations: z.array(tolerant(organizationRow)), meta });
export const oneOrganization = z.object({ organization: organizationRow });
const membershipRow = z.looseObject({
  user_id: z.number(),
  organization_id: z.number(),
  default: z.boolean().nullish(),
});
export const memberships = z.object({
  organization_memberships: z.array(tolerant(membershipRow)),
  meta,
});

export const organizationRelated = z.object({
  organization_related: z.looseObject({ users_count: z.number().nullish(), tickets_count: z.number().nullish() }),
});

export const related = z.object({
  user_related: z.looseObject({
    requested_tickets: z.number().nullish(),
    assigned_tickets: z.number().nullish(),
    ccd_tickets: z.number().nullish(),
  }),
});

/**
 * Users are named by their ids: who asks, who wrote it, who works on it, who is copied. Nothing odd is left out: it may be
 * the only name of somebody, who would then be deleted as one without tickets.
 */
const people = z.array(z.number()).nullish();
const ticket = z.looseObject({
  id: z.number(),
  created_at: z.string().nullish(),
  requester_id: z.number().nullish(),
  submitter_id: z.number().nullish(),
  assignee_id: z.number().nullish(),
  collaborator_ids: people,
  follower_ids: people,
  email_cc_ids: people,
});
export type TicketRow = z.infer<typeof ticket>;
export const tickets = z.object({ tickets: z.array(ticket) });
export const exportedTickets = z.object({
  tickets: z.array(ticket),
  after_cursor: z.string().nullish(),
  end_of_stream: z.boolean(),
});

export const userFieldRow = z.looseObject({
  id: z.number().nullish(),
  key: z.string(),
  type: z.string(),
  title: z.string().nullish(),
  active: z.boolean().nullish(),
  custom_field_options: z
    .array(z.looseObject({ id: z.number().nullish(), name: z.string(), value: z.string() }))
    .nullish(),
  regexp_for_validation: z.string().nullish(),
  tag: z.string().nullish(),
  relationship_target_type: z.string().nullish(),
});
export type UserFieldRow = z.infer<typeof userFieldRow>;
export const userFields = z.object({
  user_fields: z.array(tolerant(userFieldRow)),
  meta,
});
export const organizationFields = z.object({ organization_fields: z.array(tolerant(userFieldRow)), meta });
/** What is not there, or not as documented, is unknown: no run depends on it. */
const setting = z.boolean().optional().catch(undefined);
export const accountSettings = z.object({
  settings: z.object({
    user: z
      .object({
        tagging: setting,
        multiple_organizations: setting,
        end_user_phone_number_validation: setting,
        agent_created_welcome_emails: setting,
      })
      .optional()
      .catch(undefined),
  }),
});
export type UserSettings = NonNullable<z.infer<typeof accountSettings>['settings']['user']>;
export const locales = z.object({ locales: z.array(z.looseObject({ locale: z.string() })) });

export const errorBody = z
  .looseObject({ error: z.unknown(), description: z.unknown(), details: z.unknown() })
  .partial();

export const titledError = z.looseObject({ title: z.string().nullish(), message: z.string().nullish() });

/** Of a user who was asked for by name, and is shown without an id: whether it is there is known, and not who it is. */
export function withoutId(endpoint: string): ContractError {
  return new ContractError(`Zendesk ${endpoint}: a user is shown without an id.`, { code: 'zendesk-shape' });
}

/** Reads a reply, or says which field of which endpoint is not what it should be. Never shows values. */
export function parseResponse<T>(schema: z.ZodType<T>, value: unknown, endpoint: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') || 'the body';
  throw new ContractError(
    `Zendesk ${endpoint}: ${where} is not what the API documents (${issue?.code ?? 'invalid'}).`,
    { code: 'zendesk-shape' },
  );
}
