import type { Role } from '../api/endpoint.ts';
import type { Answer } from '../api/index.ts';

type Task = Answer<'getTask'>;

/** A task as somebody of this role sees it: the address of a sign-in is for who may sign in. */
export function visibleTask({ signIn, ...task }: Task, role: Role): Task {
  return role === 'operator' && signIn ? { ...task, signIn } : task;
}
