import { ContractError } from '../../core/domain/errors.ts';
import { errorWords } from '../../core/http/error-words.ts';
import { requestUrl } from '../../core/http/request-url.ts';
import type { HttpResponse } from '../../core/http/types.ts';
import { getPath, isNullAt } from '../../core/records/get-path.ts';
import type { HttpSourceConfig } from './config.ts';
import type { PageReply } from './pagination.ts';

/** The records of a response, where the configuration says they are. Throws ContractError (`http-shape`) where they are not. */
export function parsePage(
  config: Pick<HttpSourceConfig, 'baseUrl' | 'request' | 'records' | 'recordAt' | 'error'>,
  path: string,
  { status, body, headers }: HttpResponse,
): PageReply {
  const url = requestUrl(config.baseUrl, { path });
  // No content, and (asked with the time of the last read) nothing modified: APIs say so where others give an empty list.
  if (status === 204 || status === 304) return { url, body: undefined, headers, records: [] };
  if (body.kind !== 'json') throw shapeError(config, 'the reply is not JSON');
  const { value } = body;
  if (config.error !== undefined && isSomething(getPath(value, config.error))) {
    const words = errorWords(body, {});
    throw shapeError(config, `the reply says that it is an error (${config.error})${words ? `: ${words}` : ''}`);
  }
  if (config.records !== undefined && isNullAt(value, config.records))
    return { url, body: value, headers, records: [] };
  const records = config.records === undefined ? value : getPath(value, config.records);
  if (!Array.isArray(records)) throw shapeError(config, `${config.records ?? 'the reply'} is not a list`);
  const { recordAt } = config;
  return {
    url,
    body: value,
    headers,
    records: recordAt === undefined ? records : records.map((item: unknown) => getPath(item, recordAt)),
  };
}

/** GraphQL APIs have a list of errors, and some send an empty one. */
function isSomething(error: unknown): boolean {
  return Array.isArray(error) ? error.length > 0 : Boolean(error);
}

function shapeError({ baseUrl, request }: Pick<HttpSourceConfig, 'baseUrl' | 'request'>, what: string): ContractError {
  return new ContractError(`${new URL(baseUrl).host} ${request.method} ${request.path}: ${what}.`, {
    code: 'http-shape',
    hint: 'Check source.records against a reply of the API.',
  });
}
