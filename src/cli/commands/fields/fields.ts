import { flag } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const fields = defineCommand({
  name: 'fields',
  group: 'Set up',
  summary: "Shows Zendesk's custom fields next to the mapping.",
  details: "It also lists the source's fields, and what the mapping fills that Zendesk does not have.",
  examples: ['rolodesk fields', 'rolodesk fields --from-source'],
  options: { fromSource: flag('With a Zendesk source: print its custom fields as a fields: block.') },
  async run(context, { fromSource }) {
    if (fromSource) return await (await import('../../handlers/fields/fields-of-source.ts')).declareFields(context);
    return await (await import('../../handlers/fields/fields.ts')).fields(context);
  },
});
