/** Zendesk's word for a type of the mapping. */
export const identityTypes = { emails: 'email', phones: 'phone_number' } as const;
