import { Argument } from 'commander';
import type { Define } from './define.ts';
import { number, whole } from './options.ts';

/** For those who write connectors. */
export function declareConnecting(command: Define): void {
  command(
    'connectors',
    'lists connectors; new NAME makes one with its test, test runs it, twin serves its API',
    'rolodesk connectors new acme --dir acme',
    async (stage, options, [action, ...names]) => {
      switch (action) {
        case 'new': {
          const { scaffold } = await import('../commands/connectors/scaffold.ts');
          return scaffold(stage, { name: names[0] ?? '', dir: String(options.dir) });
        }
        case 'test':
          return (await import('../commands/connectors/run-tests.ts')).runTests(stage, names);
        case 'twin': {
          const { serveTwin } = await import('../commands/connectors/serve-twin.ts');
          const [file] = names;
          return serveTwin(stage, { file, port: number(options, 'port'), pages: number(options, 'pages') });
        }
        default:
          return (await import('../commands/connectors/list.ts')).list(stage);
      }
    },
  )
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'new', 'test', 'twin']).default('list'))
    .argument('[name...]', 'name of the new connector; files of tests or of a twin, in place of all here')
    .option('--dir <folder>', 'where a new connector is written', '.')
    .option('--port <port>', 'of a twin; 0 picks a free one', whole, 4030)
    .option('--pages <n>', 'pages of records that a twin holds', whole, 3);
}
