import { z } from 'zod';
import { checkFaultRule } from './fault-rule.ts';
import type { createFaults } from './faults.ts';
import { bodyOf, SandboxRequestError } from './request-error.ts';
import type { createRequestLog } from './request-log.ts';
import type { Twin, TwinRequest, TwinResponse } from './twin.ts';

export const controlPath = '/__sandbox/';

/** Answers `/__sandbox/…`: requests and faults are the same for every twin; the twin answers what is its own. */
export function createControl({
  twin,
  faults,
  log,
}: {
  readonly twin: Twin;
  readonly faults: ReturnType<typeof createFaults>;
  readonly log: ReturnType<typeof createRequestLog>;
}): (request: TwinRequest) => TwinResponse {
  function answer(request: TwinRequest): unknown {
    const what = request.path.slice(controlPath.length);
    if (what === 'requests') return log.counts();
    if (what !== 'faults') return twin.control(request);
    if (request.method === 'DELETE') faults.clear();
    if (request.method === 'POST') faults.add(checkFaultRule(bodyOf(request, z.unknown()), twin.faultNames ?? []));
    return { faults: faults.list() };
  }

  return (request) => {
    try {
      return { status: 200, body: answer(request) };
    } catch (error) {
      if (!(error instanceof SandboxRequestError)) throw error;
      return { status: error.status, body: { error: 'SandboxRequestError', description: error.message } };
    }
  };
}
