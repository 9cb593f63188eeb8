import { z } from 'zod';

/** What somebody may do in the console. An operator may do all that a viewer may. */
export const roles = ['viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

type Query = z.ZodObject | undefined;
type Body = z.ZodType | undefined;

/** An endpoint as data: the router, the reference and the tests are made from it. */
export interface Endpoint<
  P extends string = string,
  Q extends Query = Query,
  B extends Body = Body,
  A extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Parameters in braces, such as `/api/v1/pipelines/{pipeline}`. */
  readonly path: P;
  readonly summary: string;
  /** Who may call it. `anyone`: also without a session. */
  readonly role: 'anyone' | Role;
  readonly query: Q;
  /** Of a POST. Every POST and DELETE needs the header `x-rolodesk-csrf`. */
  readonly body: B;
  readonly answer: A;
  /** 201 made, 202 begun; otherwise 200. */
  readonly status: number;
  /** `csv`, `html` and `events`: a text of this kind, and `answer` is z.string(). */
  readonly content: 'json' | 'csv' | 'html' | 'events';
  /** It is in the audit log. */
  readonly isAct: boolean;
}

interface Given<P extends string, Q extends Query, B extends Body, A extends z.ZodType> {
  readonly path: P;
  readonly summary: string;
  readonly role: Endpoint['role'];
  readonly query?: Q;
  readonly body?: B;
  readonly answer: A;
  readonly status?: number;
  readonly content?: Endpoint['content'];
  /** Default: of everything but a GET. */
  readonly isAct?: boolean;
}

export function get<const P extends string, A extends z.ZodType, Q extends Query = undefined>(
  given: Given<P, Q, undefined, A>,
): Endpoint<P, Q, undefined, A> {
  return endpoint('GET', given);
}

/** An act: it is in the audit log. */
export function post<const P extends string, A extends z.ZodType, B extends Body = undefined>(
  given: Given<P, undefined, B, A>,
): Endpoint<P, undefined, B, A> {
  return endpoint('POST', given);
}

export function remove<const P extends string, A extends z.ZodType>(
  given: Given<P, undefined, undefined, A>,
): Endpoint<P, undefined, undefined, A> {
  return endpoint('DELETE', given);
}

function endpoint<P extends string, Q extends Query, B extends Body, A extends z.ZodType>(
  method: Endpoint['method'],
  { query, body, status = 200, content = 'json', isAct = method !== 'GET', ...given }: Given<P, Q, B, A>,
): Endpoint<P, Q, B, A> {
  // Left out and undefined are the same here: the types that are inferred without them are `undefined`.
  return { ...given, method, status, content, isAct, query: query as Q, body: body as B };
}

export const text = z.string();
