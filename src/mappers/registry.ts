import type { BuiltInMapping } from './mapping.ts';
import { quickbooksMapping } from './quickbooks.ts';
import { zendeskMapping } from './zendesk.ts';

/** Mappings written as code, by the connector whose records they know: one line each. */
export const builtIns: ReadonlyMap<string, (source: unknown) => BuiltInMapping> = new Map([
  ['quickbooks', quickbooksMapping],
  ['zendesk', zendeskMapping],
]);
