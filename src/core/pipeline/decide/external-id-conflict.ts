/**
 * Rejects a customer whose external id another customer has: the two would become one user. Zendesk ignores case in
 * external ids, so keys that differ only in case are rejected here as well.
 */
export function externalIdConflict(key: string, rival: string) {
  const isCase = key.toLowerCase() === rival.toLowerCase();
  const remedy = isCase
    ? 'Their keys differ only in the case of letters, which external ids do not. Correct one at the source, or map external_id.'
    : 'Make the external_id rule of the mapping unique.';
  return { code: 'external-id-conflict', message: `Customer ${rival} has the same external_id. ${remedy}` };
}
