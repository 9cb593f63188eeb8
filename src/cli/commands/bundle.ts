import { gzipSync } from 'node:zlib';
import { type BundleFile, bundleContents } from '../../app/support-bundle/contents.ts';
import { tarOf } from '../../app/support-bundle/tar.ts';
import { systemClock } from '../../core/clock.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { CommandContext } from '../command.ts';
import { remediationFor } from '../remediation.ts';
import { table } from '../terminal.ts';
import { writePrivateFile } from '../write-file.ts';

/** Packs what a bug report about a run needs, with nothing in it that is anybody's. */
export async function bundle(cli: CommandContext, id: string, { out }: { readonly out?: string }): Promise<number> {
  return await cli.withPipeline({ write: false, online: false }, async ({ pipeline, settings }) => {
    const run = await pipeline.store.run(pipeline.id, id);
    if (!run) throw new ConfigError(`There is no run ${id}.`, { code: 'usage', hint: 'rolodesk runs lists the runs.' });
    const files = await bundleContents({
      pipeline,
      settings,
      run,
      redactor: cli.terminal.redactor,
      meaningOf: (code) => remediationFor(code).cause,
    });
    const folder = `rolodesk-bundle-${run.id}`;
    const path = cli.pathOf(out ?? `${folder}.tar.gz`);
    const all = [readme(run.id, files), ...files];
    const archive = tarOf(
      all.map(({ name, text }) => ({ name: `${folder}/${name}`, text })),
      systemClock.now(),
    );
    await writePrivateFile(path, [gzipSync(archive)]);
    cli.printJson({
      run: run.id,
      file: path,
      entries: all.map(({ name, about, text }) => ({ name, about, bytes: Buffer.byteLength(text) })),
    });
    cli.print(`${cli.style.bold(path)} holds`);
    cli.print(table(all.map(({ name, about, text }) => [`  ${name}`, `${Buffer.byteLength(text)} bytes`, about])));
    cli.print(cli.style.dim('No secrets, names, addresses, keys or other customer data. Look before you pass it on:'));
    cli.print(cli.style.dim(`  tar -xzOf ${out ?? `${folder}.tar.gz`} | less`));
    return 0;
  });
}

function readme(run: string, files: readonly BundleFile[]): BundleFile {
  const lines = files.map(({ name, about }) => `${name.padEnd(14)}${about}`);
  const text = `Rolodesk, run ${run}\n\n${lines.join('\n')}\n\nTaken out: secrets, names of accounts and hosts, e-mail addresses, keys and ids of customers and users,\nvalues of fields, constants of the mapping.\n`;
  return { name: 'README.txt', about: 'what is in here', text };
}
