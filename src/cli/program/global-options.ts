import { flag, negatedFlag, text } from './command-inputs.ts';

/** Options that every command has. */
export const globalOptions = {
  config: {
    ...text({
      value: 'file',
      description: 'The configuration file (default: rolodesk.yaml in this folder), or connection:NAME.',
      completion: 'file',
    }),
    short: 'c',
  },
  json: flag('Print one JSON document on stdout, and nothing else.'),
  quiet: { ...flag('Show no progress.'), short: 'q' },
  verbose: { ...flag('Log to stderr.'), short: 'v' },
  color: negatedFlag('Use no colours.'),
} as const;
