/** What the author of a connector needs. See docs/write-a-connector.md. */
export { z } from 'zod';
export * from './core/connector.ts';
export type * from './core/contracts.ts';
export * from './core/errors.ts';
export type { HttpBody, HttpClient, HttpRequest, HttpResponse } from './core/http/types.ts';
