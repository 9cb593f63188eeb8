import { argument, flag } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const undo = defineCommand({
  name: 'undo',
  group: 'Correct',
  summary: 'Reverts a run, after showing what that would change.',
  details:
    'It deletes the users that the run created and restores the fields that it changed. What others have changed since stays. Afterwards syncs are paused until rolodesk sync --resume.',
  examples: ['rolodesk undo 6f1c… --dry-run'],
  exitCodes: { 1: 'it left changes by others or organizations in use, or you answered no' },
  arguments: {
    run: argument({
      description: 'The id of a run, from rolodesk runs; its first characters are enough, and latest is the newest.',
      completion: 'run',
    }),
  },
  options: {
    dryRun: flag('Show what it would do, with calls and time, and write nothing.'),
    all: flag('List every change; a terminal shows the first of each kind.'),
    yes: flag('Do not ask.'),
  },
  async run(context, { run, ...options }) {
    const handler = await import('../handlers/undo.ts');
    return await handler.undo(context, run, options);
  },
});
