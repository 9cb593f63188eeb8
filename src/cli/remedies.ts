import type { RemedyWords } from '../app/hint.ts';
import type { Remedy } from '../core/domain/remedy.ts';

/** The commands that remedy a failure. The only place that knows them: what fails says what helps, as data. */
export function wordsFor(remedy: Remedy): RemedyWords | undefined {
  switch (remedy.kind) {
    case 'connect':
      return { command: `rolodesk connect ${remedy.system}` };
    case 'connect-and-adopt':
      return { sentence: `rolodesk connect ${remedy.system} --adopt writes it into the configuration.` };
    case 'connect-with-redirect':
      return { command: `rolodesk connect ${remedy.system} --redirect-uri https://www.example.com/callback` };
    case 'choose-redirect-port':
    case 'choose-port':
      return { sentence: 'The option is --port.' };
    case 'choose-listen-address':
      return { sentence: 'The options are --listen and --no-listen.' };
    case 'write-config':
      return {
        sentence:
          'rolodesk init asks a few questions and writes one. To try without an account: rolodesk demo. A file elsewhere: --config FILE.',
      };
    case 'name-config':
      return { sentence: 'The option is --config.' };
    case 'check':
      return { command: 'rolodesk check' };
    case 'sync':
      return { sentence: 'rolodesk sync makes the first.' };
    case 'list-runs':
      return { sentence: 'rolodesk runs lists the runs.' };
    case 'make-plan':
      return { command: `rolodesk plan --out ${remedy.path ?? 'FILE'}` };
    case 'resume':
      return {
        sentence:
          'rolodesk plan --full shows what a sync would do; rolodesk sync --resume does it, reading everything.',
      };
    case 'allow-deactivations':
      return { sentence: 'rolodesk plan shows them, rolodesk sync --allow-deactivations lets them pass' };
    case 'list-fields':
      return { sentence: 'rolodesk fields shows which.' };
    case 'apply-fields':
      return { command: 'rolodesk fields apply' };
    case 'declare-fields':
      return { sentence: 'Leave out --from-source.' };
    case 'list-rejects':
      return {
        sentence: `rolodesk rejects lists the keys; rolodesk sync --keys ${remedy.key} reads a customer again.`,
      };
    case 'read-customer':
      return { sentence: `rolodesk sync --keys ${remedy.key} reads it there.` };
    default:
      // One that another version has stored.
      remedy satisfies never;
      return undefined;
  }
}
