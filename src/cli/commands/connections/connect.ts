import { argument, flag, negatedFlag, text, wholeNumberWithDefault } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const connect = defineCommand({
  name: 'connect',
  group: 'Set up',
  summary: 'Signs in to one side with the browser and stores its tokens.',
  details: 'The tokens are encrypted with ROLODESK_KEY and stored in the state file.',
  examples: ['rolodesk connect quickbooks', 'rolodesk connect zendesk --no-browser'],
  arguments: {
    system: argument({
      description: 'quickbooks or zendesk; source or destination if both sides are the same system.',
      completion: ['quickbooks', 'zendesk', 'source', 'destination'],
    }),
  },
  options: {
    browser: negatedFlag('Print the address, and open no browser.'),
    port: wholeNumberWithDefault({
      value: 'port',
      description: 'The port of the redirect URI on this machine; 0 uses a free one.',
      defaultValue: 8723,
    }),
    redirectUri: text({
      value: 'url',
      description: 'Use an https address of your own, and paste the address that the browser ends at.',
    }),
    adopt: flag('Accept whichever company you choose, and write its id to the configuration.'),
    clientCredentials: flag("Do not sign in: use the secret of Zendesk's OAuth client."),
  },
  async run(context, { system, ...options }) {
    const handler = await import('../../handlers/connect.ts');
    return await handler.connect(context, system, options);
  },
});
