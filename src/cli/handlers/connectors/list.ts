import { destinations, sources } from '../../../connectors/registry.ts';
import { builtIns } from '../../../mappers/registry.ts';
import type { CommandContext } from '../../command.ts';
import { table } from '../../terminal.ts';

/** Every connector that ships with Rolodesk, and how another is named. */
export async function list(cli: CommandContext): Promise<number> {
  const shown = sources.map(({ name, title, reads, mapping, limits }) => ({
    name,
    title,
    reads,
    mapping: builtIns.has(name) || mapping !== undefined ? 'built in' : null,
    limits,
  }));
  const written = Object.values(destinations).map(({ name, title, limits }) => ({ name, title, limits }));
  cli.printJson({ sources: shown, destinations: written });
  const { bold, dim } = cli.style;
  const head = ['source', 'reads', 'mapping', ''].map((cell) => dim(cell));
  cli.print(
    table([
      head,
      ...shown.map(({ name, reads, mapping, title }) => [bold(name), reads, mapping ?? 'yours, under mapping:', title]),
    ]),
  );
  cli.print(`\n${table(written.map(({ name, title }) => [dim('destination'), bold(name), title]))}`);
  cli.print(dim('\nOne of your own: connector: ./acme.ts, or a package. rolodesk connectors new acme makes it.'));
  return 0;
}
