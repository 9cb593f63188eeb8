import type { SourceConnector } from '../core/connector.ts';
import { http } from './http/index.ts';
import { hubspot } from './hubspot/index.ts';
import { json } from './json/index.ts';
import { quickbooks } from './quickbooks/index.ts';
import { singer } from './singer/index.ts';
import { sql } from './sql/index.ts';
import { worksheet } from './worksheet/index.ts';
import { zendesk } from './zendesk/index.ts';
import { zendeskSource } from './zendesk/source/index.ts';

/** Every connector that ships with Rolodesk: one line each. */
export const sources: readonly SourceConnector[] = [
  quickbooks,
  zendeskSource,
  hubspot,
  http,
  sql,
  singer,
  json,
  worksheet,
];
export const destinations = { zendesk };
