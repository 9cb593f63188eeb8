import { defineConnector } from '../../core/connector.ts';
import { singerConfigSchema } from './config.ts';
import { createSingerSource } from './source.ts';

export const singer = defineConnector({
  specVersion: 1,
  name: 'singer',
  title: 'Any Singer tap, run as a program on this machine',
  reads: 'records of one stream',
  config: singerConfigSchema,
  limits: { concurrent: 1 },
  account: ({ account }) => account,
  // Not the command: a tap that is installed elsewhere still reads the same.
  origin: ({ stream }) => `singer:${stream}`,
  createSource: createSingerSource,
});
