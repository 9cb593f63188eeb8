import type { QuickBooksCustomer } from '../../src/connectors/quickbooks/customer.ts';
import type { ZendeskUser } from '../../src/connectors/zendesk/user.ts';
import type { MapResult } from '../../src/core/domain/mapper.ts';
import { createMapper, type MapperOptions } from '../../src/mappers/create-mapper.ts';
import { quickbooksMapping } from '../../src/mappers/quickbooks.ts';

export const usual: MapperOptions = {
  builtIn: quickbooksMapping({ skipProjects: true }),
  mapping: {},
  filter: undefined,
  connector: 'quickbooks',
  account: '9130357992221046',
  facts: { country: 'US' },
  invalidEmail: 'reject',
};

/** What a customer maps to when the configuration says this. */
export function mapped(
  fields: Partial<QuickBooksCustomer>,
  options: Partial<MapperOptions> = {},
): MapResult<ZendeskUser> {
  const data = { Id: '58', DisplayName: 'Amelia Abernathy', ...fields };
  return createMapper({ ...usual, ...options }).map({ key: data.Id, data, state: 'active' });
}

/** The user it becomes. Throws when it becomes none. */
export function userFor(...given: Parameters<typeof mapped>): ZendeskUser {
  const result = mapped(...given);
  if (result.kind === 'payload') return result.payload;
  throw new Error(`No user: ${JSON.stringify(result)}`);
}
