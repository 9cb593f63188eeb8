import { createFieldDefinitions } from './field-definitions.ts';
import { fieldRoutes } from './field-routes.ts';
import { createFieldValues } from './field-values.ts';

/** Custom fields of users, or of organizations. */
export function createCustomFields(owner: 'user' | 'organization', origin: () => string) {
  const definitions = createFieldDefinitions();
  return {
    byKey: definitions.byKey,
    define: definitions.define,
    ...createFieldValues(definitions.byKey),
    routes: fieldRoutes({ owner, definitions, origin }),
  };
}

export type CustomFields = ReturnType<typeof createCustomFields>;
