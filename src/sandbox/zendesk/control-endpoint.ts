import { z } from 'zod';
import { type Consent, consentSchema } from '../server/consent.ts';
import { bodyOf, SandboxRequestError } from '../server/request-error.ts';
import type { TwinRequest } from '../server/twin.ts';
import type { AccountSettings } from './account/settings.ts';
import { type JobFault, jobFaultKinds } from './jobs/job.ts';
import type { User } from './people/user.ts';
import type { Users } from './people/users.ts';

/** What people and tests may do to the twin over `/__sandbox/…`. */
export interface Controls {
  readonly users: Users;
  setBulk(enabled: boolean): void;
  setJobLimit(limit: number): void;
  setJobLatency(ms: number): void;
  setSettings(settings: Partial<AccountSettings>): void;
  setJobFault(rule: JobFault | undefined): void;
  setConsent(consent: Consent): void;
  disconnect(): void;
  reconnect(): string;
  edit(id: number, fields: Readonly<Record<string, unknown>>): void;
  state(): object;
}

const jobFault: z.ZodType<JobFault> = z.strictObject({
  kind: z.enum(jobFaultKinds),
  rows: z.int().min(0).exactOptional(),
  name: z.string().min(1).exactOptional(),
  details: z.string().exactOptional(),
  job: z.enum(['create', 'update', 'delete', 'other']).exactOptional(),
  title: z.string().min(1).exactOptional(),
  times: z.int().min(1).exactOptional(),
});
const settingsBody: z.ZodType<Partial<AccountSettings>> = z.strictObject({
  tagging: z.boolean().exactOptional(),
  multipleOrganizations: z.boolean().exactOptional(),
  phoneValidation: z.boolean().exactOptional(),
  welcomeMails: z.boolean().exactOptional(),
  phoneUpdates: z.enum(['replace', 'add']).exactOptional(),
});
const optionsBody = z.strictObject({
  bulk: z.boolean().optional(),
  jobLimit: z.int().min(0).optional(),
  jobLatencyMs: z.number().min(0).optional(),
  /** Null ends it. */
  jobFault: jobFault.nullish(),
  settings: settingsBody.optional(),
});
const fieldsBody = z.record(z.string(), z.unknown());

/** Throws SandboxRequestError for what it does not know. */
export function answerControl(controls: Controls, request: TwinRequest): unknown {
  const { method, path } = request;
  const { users } = controls;
  const [, what = '', id] = /^\/__sandbox\/(\w+)(?:\/(\d+))?$/.exec(path) ?? [];
  if (what === 'state' && id === undefined) return controls.state();
  if (what === 'options' && id === undefined && method === 'POST') {
    setOptions(controls, bodyOf(request, optionsBody));
    return controls.state();
  }
  if (what === 'consent' && id === undefined && method === 'POST') {
    controls.setConsent(bodyOf(request, consentSchema));
    return controls.state();
  }
  if (what === 'disconnect' && id === undefined && method === 'POST') {
    controls.disconnect();
    return controls.state();
  }
  if (what === 'reconnect' && id === undefined && method === 'POST') return { refreshToken: controls.reconnect() };
  if (what === 'users' && id === undefined) {
    if (method === 'GET') return { users: [...users.byId.values()] };
    const body = possible(users, bodyOf(request, fieldsBody), undefined);
    return users.create({ skip_verify_email: true, ...body });
  }
  if (what === 'users') {
    const user = users.byId.get(Number(id));
    if (method === 'POST' && user) controls.edit(user.id, possible(users, bodyOf(request, fieldsBody), user));
    return user ?? null;
  }
  throw new SandboxRequestError(
    'known here: state, options, consent, disconnect, reconnect, users, users/{id}, faults, requests',
    404,
  );
}

/** By hand as well as by the API: two users never have one address. */
function possible(
  users: Users,
  body: Readonly<Record<string, unknown>>,
  user: User | undefined,
): Readonly<Record<string, unknown>> {
  const problem = users.validate(body, user);
  if (problem) throw new SandboxRequestError(`${problem.field}: ${problem.description}`);
  return body;
}

function setOptions(controls: Controls, options: z.infer<typeof optionsBody>): void {
  if (options.bulk !== undefined) controls.setBulk(options.bulk);
  if (options.jobLimit !== undefined) controls.setJobLimit(options.jobLimit);
  if (options.settings) controls.setSettings(options.settings);
  if (options.jobLatencyMs !== undefined) controls.setJobLatency(options.jobLatencyMs);
  if (options.jobFault !== undefined) controls.setJobFault(options.jobFault ?? undefined);
}
