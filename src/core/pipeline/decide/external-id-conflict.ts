/**
 * The rejection of a customer whose external id another one has: the two would be one user. Zendesk does not tell external
 * ids apart by the case of their letters, so keys that differ in nothing else meet here as well.
 */
export function externalIdConflict(key: string, rival: string) {
  const isCase = key.toLowerCase() === rival.toLowerCase();
  const remedy = isCase
    ? 'Their keys differ only in the case of letters, which external ids do not. Correct one at the source, or map external_id.'
    : 'Make the external_id rule of the mapping unique.';
  return { code: 'external-id-conflict', message: `Customer ${rival} has the same external_id. ${remedy}` };
}
