import { gzipSync } from 'node:zlib';
import { ConfigError } from '../../core/domain/errors.ts';
import { type BundleFile, bundleContents } from '../support-bundle/contents.ts';
import { tarOf } from '../support-bundle/tar.ts';
import { type OperationContext, withParts } from './context.ts';

export interface SupportBundleOptions {
  /** What a code of a skip or a reject means, in a sentence. Default: the code itself. */
  readonly meaningOf?: (code: string) => string;
}

/** What a bug report about a run needs. Holds no secrets and no customer data. */
export interface SupportBundle {
  readonly run: string;
  /** Name of the archive without its ending, and of the folder in it. */
  readonly name: string;
  readonly files: readonly BundleFile[];
  /** A gzipped tar of them. */
  readonly archive: Uint8Array;
}

/**
 * Packs what a bug report about a run needs, without secrets and customer data. Throws ConfigError if there is no such
 * run.
 */
export async function supportBundle(
  context: OperationContext,
  id: string,
  { meaningOf = (code) => code }: SupportBundleOptions = {},
): Promise<SupportBundle> {
  const { host, clock } = context;
  return await withParts(context, { write: false, online: false }, async ({ pipeline, settings }) => {
    const run = await pipeline.store.run(pipeline.id, id);
    if (!run) throw new ConfigError(`There is no run ${id}.`, { code: 'unknown-run', remedy: { kind: 'list-runs' } });
    const contents = await bundleContents({ pipeline, settings, run, redactor: host.redactor, meaningOf });
    const files = [readme(run.id, contents), ...contents];
    const name = `rolodesk-bundle-${run.id}`;
    const archive = tarOf(
      files.map((file) => ({ name: `${name}/${file.name}`, text: file.text })),
      clock.now(),
    );
    return { run: run.id, name, files, archive: gzipSync(archive) };
  });
}

function readme(run: string, files: readonly BundleFile[]): BundleFile {
  const lines = files.map(({ name, about }) => `${name.padEnd(14)}${about}`);
  const text = `Rolodesk, run ${run}\n\n${lines.join('\n')}\n\nTaken out: secrets, names of accounts and hosts, e-mail addresses, keys and ids of customers and users,\nvalues of fields, constants of the mapping.\n`;
  return { name: 'README.txt', about: 'what is in here', text };
}
