import { ConfigError } from '../../core/domain/errors.ts';
import { flag, text } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const check = defineCommand({
  name: 'check',
  group: 'Set up',
  summary: 'Checks credentials, rights and the mapping on both sides.',
  details: 'It writes nothing. With --emails it reads the customers and checks their addresses instead.',
  examples: ['rolodesk check', 'rolodesk check --emails --csv emails.csv'],
  exitCodes: { 0: 'a sync has what it needs', 3: 'something is missing: a line begins with ✖' },
  options: {
    emails: flag(
      "Check the customers' addresses: those that are invalid or shared, and what the policies do with them.",
    ),
    csv: text({ value: 'file', description: 'With --emails: also write them to a file.', completion: 'file' }),
  },
  async run(context, { emails, ...files }) {
    if (emails) return await (await import('../handlers/check-emails.ts')).checkEmails(context, files);
    if (files.csv !== undefined) throw new ConfigError('--csv needs --emails.', { code: 'usage' });
    return await (await import('../handlers/check.ts')).check(context);
  },
});
