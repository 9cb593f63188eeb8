import { seedFields } from '../seed/account.ts';
import { seedUsers } from '../seed/users.ts';
import type { Twin, TwinRequest, TwinResponse } from '../server/twin.ts';
import { zendeskFaults } from './api/faults.ts';
import { oddLists } from './api/odd-lists.ts';
import { answerControl } from './control-endpoint.ts';
import { createControls } from './controls.ts';
import { createGate } from './gate.ts';
import type { ZendeskTwinOptions } from './options.ts';
import { createParts, type Parts } from './parts.ts';
import { zendeskRoutes } from './routes.ts';

const longAgoMs = 86_400_000;

/** Zendesk Support in a box, as far as users go. */
export function createZendeskTwin(options: ZendeskTwinOptions) {
  let origin = '';
  const parts = createParts(options, () => origin);
  const gate = createGate(zendeskRoutes(parts), parts);
  const control = createControls(parts, gate.accepted);
  seed(parts, options);

  function handle(request: TwinRequest): TwinResponse {
    origin = `http://${request.headers.host ?? '127.0.0.1'}`;
    parts.merging.settle();
    return gate.handle(request);
  }

  const twin: Twin = {
    handle,
    fault: (kind, request) =>
      oddLists[kind]?.(request, handle) ??
      zendeskFaults[kind] ?? { status: Number(kind) || 500, body: { error: 'SandboxFault' } },
    faultNames: [...Object.keys(zendeskFaults), ...Object.keys(oddLists)],
    control: (request) => answerControl(control, request),
  };
  return { twin, control };
}

/** What is in the account before anybody calls. */
function seed({ users, customFields }: Parts, options: ZendeskTwinOptions): void {
  for (const field of seedFields) customFields.define(field);
  for (const { others = [], tags = [], ...values } of seedUsers(options.users, options.seed)) {
    const user = users.create({ ...values, tags, skip_verify_email: true });
    for (const other of others) users.addIdentity(user, other, true);
    users.age(user, longAgoMs);
  }
}
