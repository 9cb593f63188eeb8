import {
  flag,
  negatableText,
  optionalArgument,
  textList,
  wholeNumberWithDefault,
} from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const worker = defineCommand({
  name: 'worker',
  group: 'Sync',
  summary: 'Works next to other workers that share a PostgreSQL state.',
  details:
    'Start as many as you like, on as many machines, with the same configurations. Each destination account is at one worker at a time. If a worker dies, another one takes its accounts within 15 seconds. It waits for `rolodesk state migrate` where the tables are older.',
  examples: ['rolodesk worker pipelines/ --concurrency 8'],
  arguments: {
    path: optionalArgument({
      description:
        'A configuration file, or a folder with one for each pipeline (default: rolodesk.yaml in this folder).',
      completion: 'file',
    }),
  },
  options: {
    listen: negatableText({
      value: 'host:port',
      description: 'Answer health checks, metrics and webhooks here.',
      defaultValue: '127.0.0.1:9464',
      negation: 'Do not listen.',
    }),
    allowedHost: textList({ value: 'name', description: 'The names under which others reach this server.' }),
    concurrency: wholeNumberWithDefault({
      value: 'n',
      description: 'The number of accounts that this worker has at once, and of runs in each.',
      defaultValue: 4,
    }),
    console: flag('Serve the web console at the same address, for browsers on this machine (console: lets others in).'),
    metricsPerPipeline: flag('Series of metrics for each pipeline, in place of totals and the worst ones.'),
  },
  async run(context, { allowedHost, ...options }) {
    const handler = await import('../../handlers/service/serve.ts');
    return await handler.serve(context, { ...options, allowedHosts: allowedHost, isWorker: true });
  },
});
