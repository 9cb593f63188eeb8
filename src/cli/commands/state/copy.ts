import { argument, flag, text } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const copyState = defineCommand({
  name: 'state copy',
  group: 'Correct',
  summary: 'Copies pipelines to another state, from a file or a database.',
  details:
    'Each is compared with the original afterwards, and the next sync reads only what has changed. If it is cut short, run it again. Do not run the old state again: refresh tokens are renewed in one place only.',
  examples: ["rolodesk state copy .rolodesk/state.db '${ROLODESK_STATE}'"],
  arguments: {
    from: argument({
      description: "A path, a URL, or '${NAME}' for the one in a variable.",
      completion: 'file',
    }),
    to: argument({ description: 'Where to: the same.', completion: 'file' }),
  },
  options: {
    pipeline: text({
      value: 'name',
      description: 'Copy this pipeline, without the credentials, which others may use.',
    }),
    all: flag('Copy all pipelines, credentials and rows of connections (default where there is one pipeline).'),
  },
  async run(context, options) {
    return await (await import('../../handlers/state/copy.ts')).copy(context, options);
  },
});
