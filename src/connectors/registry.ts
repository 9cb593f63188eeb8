import type { SourceConnector } from '../core/connector.ts';
import { http } from './http/index.ts';
import { json } from './json/index.ts';
import { quickbooks } from './quickbooks/index.ts';
import { worksheet } from './worksheet/index.ts';
import { zendesk } from './zendesk/index.ts';
import { zendeskSource } from './zendesk/source/index.ts';

/** Every connector that ships with Rolodesk: one line each. */
export const sources: readonly SourceConnector[] = [quickbooks, http, json, worksheet, zendeskSource];
export const destinations = { zendesk };
