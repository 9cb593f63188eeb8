import type { SourceConnector } from '../core/connector.ts';
import { http } from './http/index.ts';
import { hubspot } from './hubspot/index.ts';
import { json } from './json/index.ts';
import { quickbooks } from './quickbooks/index.ts';
import { singer } from './singer/index.ts';
import { sql } from './sql/index.ts';
import { worksheet } from './worksheet/index.ts';
import { zendesk } from './zendesk/index.ts';

/** Every connector that ships with Rolodesk: one line each. */
export const sources: readonly SourceConnector[] = [quickbooks, http, json, worksheet, singer, sql, hubspot];
export const destinations = { zendesk };
