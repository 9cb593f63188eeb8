import {
  flag,
  negatableText,
  optionalArgument,
  textList,
  wholeNumberWithDefault,
} from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const serve = defineCommand({
  name: 'serve',
  group: 'Sync',
  summary: 'Runs many pipelines on their schedules in one process.',
  details: 'It answers health checks and metrics, and receives webhooks. It stops when it receives a signal.',
  examples: ['rolodesk serve pipelines/ --listen 127.0.0.1:9464'],
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
      description: 'The number of runs that may be in progress at once.',
      defaultValue: 4,
    }),
    console: flag('Serve the web console at the same address, for browsers on this machine (console: lets others in).'),
    metricsPerPipeline: flag('Series of metrics for each pipeline, in place of totals and the worst ones.'),
  },
  async run(context, { allowedHost, ...options }) {
    const handler = await import('../../handlers/service/serve.ts');
    return await handler.serve(context, { ...options, allowedHosts: allowedHost });
  },
});
