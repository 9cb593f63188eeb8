import type { Users } from '../people/users.ts';
import type { ApplyRow, Job } from './job.ts';

/** Jobs about users. */
export type UserJob = Exclude<Job['kind'], 'other'>;

export const userJobTitles: Readonly<Record<UserJob, string>> = {
  create: 'Bulk Create User',
  update: 'Bulk Update User',
  delete: 'Bulk Update User',
};

/** What a job about users does with one row. */
export function createUserRows(users: Users): (kind: UserJob) => ApplyRow {
  const create: ApplyRow = (row, index) => {
    const problem = users.validate(row, undefined);
    if (problem) return failedRow('create', index, problem.description);
    return { status: 'Created', id: users.create(row).id };
  };

  /** A user that is there, and of this account. */
  const change =
    (kind: 'update' | 'delete'): ApplyRow =>
    (row, index) => {
      const user = row.id === undefined ? users.byExternalId(String(row.external_id)) : users.byId.get(Number(row.id));
      if (!user?.active) return { index, error: 'UserNotFound', details: 'User not found' };
      if (user.shared === true) return { index, error: 'PermissionDenied', details: 'Access denied' };
      if (kind === 'delete') {
        users.remove(user);
        return { action: 'delete', id: user.id, status: 'Deleted', success: true };
      }
      const problem = users.validate(row, user);
      if (problem) return failedRow(kind, index, problem.description);
      users.update(user, row);
      return { action: 'update', id: user.id, status: 'Updated', success: true };
    };

  return (kind) => (kind === 'create' ? create : change(kind));
}

/** The `id` of a failed row is its index (recorded). */
export function failedRow(kind: Job['kind'], index: number, details: string): object {
  const error = kind === 'create' ? 'UserCreateError' : 'UserUpdateError';
  return { id: index, error, details, status: 'Failed' };
}
