import { AuthError } from '../../../core/domain/errors.ts';
import type { ZendeskConfig } from '../config.ts';

/** Whether bulk requests may be sent: as configured, until the account refuses one. */
export function createBulkPermission(configured: ZendeskConfig['bulk']) {
  let isAllowed = configured !== 'never';
  return {
    allowed: (): boolean => isAllowed,
    /** Throws AuthError where there is no other way by the configuration. */
    refused(): void {
      if (configured === 'always') throw bulkRefused();
      isAllowed = false;
    },
  };
}

function bulkRefused(): AuthError {
  return new AuthError(
    'Zendesk refused a bulk request (403): bulk import is off for this account, or the user lacks the right.',
    {
      code: 'bulk-off',
      hint: 'Ask Zendesk support to enable bulk import, or set destination.bulk: auto to write one user per call.',
    },
  );
}
