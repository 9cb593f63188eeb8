import { defineCommand } from '../../program/define-command.ts';
import { namedState } from './named-state.ts';

export const migrateState = defineCommand({
  name: 'state migrate',
  group: 'Correct',
  summary: 'Brings the state to the version of this Rolodesk.',
  details: 'It makes the tables of a new database. Run it before the workers of a new version start.',
  examples: ['rolodesk state migrate'],
  arguments: namedState,
  async run(context, { state }) {
    return await (await import('../../handlers/state/migrate.ts')).migrate(context, state);
  },
});
