/** What a path of the service's server answers. Names nobody: anything may ask. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  handle(request: RouteRequest): Promise<RouteReply>;
}

export interface RouteRequest {
  /** Lower-case names; repeated headers are joined with a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly query: URLSearchParams;
  /** Of whoever has the other end of the connection: a proxy, perhaps. */
  readonly remoteAddress: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export type RouteReply = WholeReply | StreamReply;

interface ReplyHead {
  readonly status: number;
  /** Default: JSON. */
  readonly contentType?: string;
  /** In addition to, or in place of, those of every reply. A list is sent as one header for each. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export interface WholeReply extends ReplyHead {
  readonly body: string | Buffer;
}

/** A reply that goes on for as long as it takes. */
export interface StreamReply extends ReplyHead {
  stream(out: ReplyStream): Promise<void>;
}

export interface ReplyStream {
  /** Resolves when the reader has taken enough for more to be sent. Rejects when it has gone. */
  write(text: string): Promise<void>;
  /** How much the reader has not taken yet. */
  pendingBytes(): number;
  /** Sends what need not wait for anything: the caller looks at `pendingBytes`. */
  send(text: string): void;
  /** Lets go of a reader that takes nothing. */
  end(): void;
  /** Aborted when the reader has gone, or the server closes. */
  readonly signal: AbortSignal;
}
