import { quickbooks } from './quickbooks/index.ts';
import { zendesk } from './zendesk/index.ts';

/** Every connector that ships with Rolodesk: one line each. */
export const sources = { quickbooks };
export const destinations = { zendesk };
