import type { CommandContext } from '../command.ts';
import { explanationOf } from '../explanations.ts';
import { writePrivateFile } from '../process/write-file.ts';
import { table } from '../terminal.ts';

/** Packs what a bug report about a run needs, with nothing in it that is anybody's. */
export async function bundle(cli: CommandContext, id: string, { out }: { readonly out?: string }): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const { run, name, files, archive } = await pipeline.supportBundle(id, {
      meaningOf: (code) => explanationOf(code).cause,
    });
    const path = cli.pathOf(out ?? `${name}.tar.gz`);
    await writePrivateFile(path, [archive]);
    const entries = files.map((file) => ({ name: file.name, about: file.about, bytes: Buffer.byteLength(file.text) }));
    cli.printJson({ run, file: path, entries });
    cli.print(`${cli.style.bold(path)} holds`);
    cli.print(table(entries.map((entry) => [`  ${entry.name}`, `${entry.bytes} bytes`, entry.about])));
    cli.print(cli.style.dim('No secrets, names, addresses, keys or other customer data. Look before you pass it on:'));
    cli.print(cli.style.dim(`  tar -xzOf ${out ?? `${name}.tar.gz`} | less`));
    return 0;
  });
}
