/** A request as a twin sees it. */
export interface TwinRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface TwinResponse {
  readonly status: number;
  /** An object is sent as JSON; text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An API that is played: its server calls `handle` for every request that no fault keeps from it. */
export interface Twin {
  handle(request: TwinRequest): TwinResponse | Promise<TwinResponse>;
  /** How this API words a fault of the given kind, in answer to this request. */
  fault(kind: string, request: TwinRequest): TwinResponse;
  /** Names of faults that only this API has. */
  readonly faultNames?: readonly string[];
  /** Answers `/__sandbox/…`, for people and tests. Throws SandboxRequestError for what it does not know. */
  control(request: TwinRequest): unknown;
}
