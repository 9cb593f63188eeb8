import type { Define } from './define.ts';
import { number, texts, whole } from './options.ts';

/** Commands that stay. */
export function declareServing(command: Define): void {
  command(
    'serve',
    'follows the schedules of many pipelines in one process, with health and metrics for monitors',
    'rolodesk serve pipelines/ --listen 127.0.0.1:9464',
    async (cli, options, args) =>
      (await import('../handlers/serve.ts')).serve(cli, {
        place: args[0],
        listen: typeof options.listen === 'string' ? options.listen : undefined,
        publicNames: texts(options.publicName),
        concurrency: number(options, 'concurrency'),
      }),
  )
    .argument('[place]', 'a configuration, or a folder with one for each pipeline (default: rolodesk.yaml here)')
    .option('--listen <host:port>', 'where health and metrics are answered', '127.0.0.1:9464')
    .option('--no-listen', 'no server')
    .option('--public-name <name...>', 'names under which others reach that server')
    .option('--concurrency <n>', 'runs that may go on at once', whole, 4);
}
