import { testMessage } from '../../core/alerts/message.ts';
import { createTargets } from '../../core/alerts/targets/create-targets.ts';
import { ConfigError, RolodeskError } from '../../core/domain/errors.ts';
import type { OperationContext } from './context.ts';

/** Whether a target of alerts.targets accepted a test. */
export interface AlertTestResult {
  readonly target: string;
  readonly ok: boolean;
  readonly message: string;
}

/** Sends a test to every target of the alerts. Throws ConfigError if the configuration has none. */
export async function testAlerts({ settings, host, clock }: OperationContext): Promise<readonly AlertTestResult[]> {
  const { config, name, path } = settings;
  if (!config.alerts)
    throw new ConfigError(`${path} has no alerts.`, {
      code: 'no-alerts',
      hint: 'Say under alerts.targets who is to be notified: a webhook, an e-mail address or a command.',
    });
  const message = testMessage(name, clock.now());
  return await Promise.all(
    createTargets(config.alerts.targets, host.env).map(async (target): Promise<AlertTestResult> => {
      try {
        await target.send(message);
        return { target: target.name, ok: true, message: 'took the test' };
      } catch (error) {
        if (!(error instanceof RolodeskError)) throw error;
        return { target: target.name, ok: false, message: error.message };
      }
    }),
  );
}
