import type { z } from 'zod';
import type { ReplyStream, RouteReply, RouteRequest } from '../../../core/service/route.ts';
import type { Caller, Person } from '../access/sessions.ts';
import type { Answer, EndpointId, Endpoints, PathParameters } from '../api/index.ts';

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** A request to an endpoint, read as its schemas say. */
export interface Call<Id extends EndpointId> {
  readonly path: Readonly<Record<PathParameters<Endpoints[Id]['path']>, string>>;
  readonly query: Output<Endpoints[Id]['query']>;
  readonly body: Output<Endpoints[Id]['body']>;
  /** Of endpoints that anyone may call: undefined where nobody is signed in. */
  readonly caller: Endpoints[Id]['role'] extends 'anyone' ? Caller | undefined : Caller;
  readonly request: RouteRequest;
}

/** An answer with more than its document. */
export interface FullReply<A> {
  readonly reply: Omit<RouteReply, 'body' | 'stream'> & {
    readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  };
  readonly answer: A;
  /** Who is signed in by it: the audit log names them. */
  readonly entered?: Person;
}

/** An answer that is sent while it is made, such as a table or a stream of events. */
export interface StreamedReply {
  readonly stream: (out: ReplyStream) => Promise<void>;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handled<Id extends EndpointId> = Answer<Id> | FullReply<Answer<Id>> | StreamedReply;

/** What answers an endpoint. Throws Refusal or RolodeskError. */
export type Handler<Id extends EndpointId> = (call: Call<Id>) => Promise<Handled<Id>>;

export type Handlers<Ids extends EndpointId = EndpointId> = { readonly [Id in Ids]: Handler<Id> };
