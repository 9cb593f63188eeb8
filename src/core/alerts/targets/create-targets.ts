import type { AlertTarget } from '../config.ts';
import type { Target } from './alert-target.ts';
import { commandTarget } from './command.ts';
import { emailTarget } from './email.ts';
import { webhookTarget } from './webhook.ts';

/** `env`: what a command sees of the environment. */
export function createTargets(
  targets: readonly AlertTarget[],
  env: Readonly<Record<string, string | undefined>>,
): readonly Target[] {
  return targets.map((target, index) => ({ name: `${target.type} ${index + 1}`, send: senderOf(target, env) }));
}

function senderOf(target: AlertTarget, env: Readonly<Record<string, string | undefined>>): Target['send'] {
  switch (target.type) {
    case 'webhook':
      return webhookTarget(target);
    case 'email':
      return emailTarget(target);
    case 'command':
      return commandTarget(target, env);
    default:
      return target satisfies never;
  }
}
