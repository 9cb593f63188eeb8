import { readSettings } from '../../app/settings.ts';
import { testMessage } from '../../core/alerts/message.ts';
import { createTargets } from '../../core/alerts/targets/create-targets.ts';
import { systemClock } from '../../core/clock.ts';
import { ConfigError, RolodeskError } from '../../core/domain/errors.ts';
import type { CommandContext } from '../command.ts';

/** Sends a test to every target and says which took it. */
export async function testAlerts(cli: CommandContext): Promise<number> {
  const { terminal, app, style } = cli;
  const { config, name, path } = await readSettings(app);
  if (!config.alerts)
    throw new ConfigError(`${path} has no alerts.`, {
      code: 'no-alerts',
      hint: 'Say under alerts.targets who is to be notified: a webhook, an e-mail address or a command.',
    });
  const message = testMessage(name, systemClock.now());
  const results = await Promise.all(
    createTargets(config.alerts.targets, terminal.env).map(async (target) => {
      try {
        await target.send(message);
        return { target: target.name, ok: true, message: 'took the test' };
      } catch (error) {
        if (!(error instanceof RolodeskError)) throw error;
        return { target: target.name, ok: false, message: error.message };
      }
    }),
  );
  cli.printJson({ targets: results });
  for (const { target, ok, message: said } of results)
    cli.print(`${ok ? style.good('✔') : style.bad('✖')} ${target}: ${said}`);
  return results.every(({ ok }) => ok) ? 0 : 4;
}
