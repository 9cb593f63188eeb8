import { type Served, serveTwin } from '../sandbox/server/server.ts';
import type { TwinRequest, TwinResponse } from '../sandbox/server/twin.ts';

/** Serves what answers requests on loopback, with the sandbox's faults by rule. Nothing here is written to. */
export async function serve({
  handle,
  control = () => ({}),
  now,
  port = 0,
}: {
  readonly handle: (request: TwinRequest) => TwinResponse | Promise<TwinResponse>;
  /** Answers `/__sandbox/…`. */
  readonly control?: (request: TwinRequest) => unknown;
  readonly now: () => number;
  /** 0, the default, picks a free one. */
  readonly port?: number;
}): Promise<Served> {
  const fault = (kind: string): TwinResponse => ({ status: Number(kind) || 500, body: { error: kind } });
  const writes = () => ({ accepted: 0, pending: 0 });
  return await serveTwin({ handle, fault, control }, { port, seed: 1, now, faults: [], writes });
}
