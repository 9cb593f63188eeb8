import type { Row } from '../api/requests.ts';
import type { FieldProblem, User } from './user.ts';

/** As far as a pattern can tell. Extensions in Zendesk's own form (help 4408823756570). */
const e164 = /^\+[1-9]\d{6,14}(?:x\d+)?$/;
const emailPattern = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;

/** What Zendesk finds wrong with the values of a user that is made, or of `user` that is changed. */
export function validateUser(
  body: Row,
  user: User | undefined,
  account: {
    readonly emailHolder: (address: string) => number | undefined;
    readonly externalIdHolder: (externalId: string) => number | undefined;
    /** Whether numbers must be in the form of E.164. */
    readonly phoneValidation: boolean;
    readonly validateFields: (values: unknown) => FieldProblem | undefined;
  },
): FieldProblem | undefined {
  const isOther = (holder: number | undefined): boolean => holder !== undefined && holder !== user?.id;
  const { name, email, external_id: externalId, phone } = body;
  if ((!user || 'name' in body) && String(name ?? '').trim() === '')
    return { field: 'name', description: 'Name: is too short (minimum is 1 characters)' };
  if (typeof email === 'string') {
    if (!isEmail(email)) return { field: 'email', description: `Email: ${email} is not properly formatted` };
    const description = `Email: ${email} is already being used by another user`;
    if (isOther(account.emailHolder(email))) return { field: 'email', description, error: 'DuplicateValue' };
  }
  if (externalId !== undefined && externalId !== null && isOther(account.externalIdHolder(String(externalId))))
    return { field: 'external_id', description: 'External has already been taken', error: 'DuplicateValue' };
  if (account.phoneValidation && typeof phone === 'string' && !e164.test(phone))
    return { field: 'phone', description: 'Phone: is invalid', error: 'InvalidFormat' };
  return account.validateFields(body.user_fields);
}

export function isEmail(text: string): boolean {
  return emailPattern.test(text);
}
