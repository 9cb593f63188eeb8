/** What a connector is made of. See docs/write-a-connector.md. */
export { z } from 'zod';
export { createOAuthClient, type OAuthClientOptions } from './core/auth/oauth-client.ts';
export type { Clock } from './core/clock.ts';
export { secretSchema } from './core/config/secret.ts';
export { originSchema, urlSchema } from './core/config/urls.ts';
export {
  type AuthoredSource,
  defineConnector,
  type RateLimits,
  type SourceConnector,
  type SourceDefinition,
  type SourceHttpOptions,
  type SourceOptions,
} from './core/connector.ts';
export type {
  AccountMetadata,
  CallContext,
  CheckLine,
  CheckResult,
  CredentialStore,
  Cursor,
  FieldDescription,
  Json,
  Page,
  Source,
  SourceRecord,
  StreamDescription,
  Warning,
} from './core/contracts.ts';
export { describeFields } from './core/describe-fields.ts';
export { AuthError, ConfigError, ContractError, RecordError, TransientError } from './core/errors.ts';
export { getPath, pathOf } from './core/get-path.ts';
export { parseResponse, responseDate } from './core/http/response.ts';
export type { HttpBody, HttpClient, HttpRequest, HttpResponse } from './core/http/types.ts';
export type { Logger } from './core/log.ts';
export { createRecordReader, type RowData, type RowKeys, rowKeys } from './core/record-reader.ts';
export { type Answered, type Asked, type ScanOptions, scanByCursor } from './core/scan-by-cursor.ts';
