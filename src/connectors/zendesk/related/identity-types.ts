/** Zendesk's word for what the mapping calls so. */
export const identityTypes = { emails: 'email', phones: 'phone_number' } as const;
