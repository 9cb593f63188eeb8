import { findWorkers } from '../../../app/state/workers.ts';
import type { CommandContext } from '../../command.ts';

/** Lists who is alive, and who was until an hour ago. */
export async function workers(cli: CommandContext, given: string | undefined): Promise<number> {
  const { location, workers: found } = await findWorkers(cli.app, given);
  const time = (at: number): string => new Date(at).toISOString();
  cli.printJson({
    state: location,
    workers: found.map(({ id, host, version, since, seenAt, isAlive, turns }) => ({
      id,
      host,
      version,
      since: time(since),
      seen: time(seenAt),
      alive: isAlive,
      turns: turns.map((turn) => ({ account: turn.account, since: time(turn.since) })),
    })),
  });
  if (found.length === 0) cli.print(`Nobody works on ${location}.`);
  for (const { id, version, since, seenAt, isAlive, turns } of found) {
    const mark = isAlive ? cli.style.good('✔') : cli.style.bad('✖');
    cli.print(`${mark} ${id}  version ${version}, since ${time(since)}${isAlive ? '' : `, last seen ${time(seenAt)}`}`);
    for (const turn of turns) cli.print(`    ${turn.account}  since ${time(turn.since)}`);
  }
  return 0;
}
