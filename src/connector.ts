/** What a connector is made of. See docs/write-a-connector.md. */
export { z } from 'zod';
export { createOAuthClient, type OAuthClientOptions } from './core/auth/oauth-client.ts';
export type { Clock } from './core/clock.ts';
export { secretSchema } from './core/config/secret.ts';
export { originSchema, urlSchema } from './core/config/urls.ts';
export {
  type AuthoredSource,
  defineConnector,
  type SourceConnector,
  type SourceDefinition,
  type SourceHttpOptions,
  type SourceOptions,
} from './core/connector.ts';
export type { CallContext, CheckLine, CheckResult, Warning } from './core/domain/context.ts';
export type { CredentialStore } from './core/domain/credential-store.ts';
export { AuthError, ConfigError, ContractError, RecordError, TransientError } from './core/domain/errors.ts';
export type { Json } from './core/domain/json.ts';
export type { Logger } from './core/domain/log.ts';
export type { Cursor, Page, SourceRecord } from './core/domain/record.ts';
export type { AccountMetadata, FieldDescription, Source, StreamDescription } from './core/domain/source.ts';
export type { SpecVersion } from './core/domain/spec-version.ts';
export type { RateLimits } from './core/http/rate-limits.ts';
export { parseResponse, responseDate } from './core/http/response.ts';
export type { HttpBody, HttpClient, HttpRequest, HttpResponse } from './core/http/types.ts';
export { describeFields } from './core/records/describe-fields.ts';
export { getPath, pathOf } from './core/records/get-path.ts';
export { createRecordReader, type RowData, type RowKeys, rowKeys } from './core/records/record-reader.ts';
export { type Answered, type Asked, type ScanOptions, scanByCursor } from './core/records/scan-by-cursor.ts';
