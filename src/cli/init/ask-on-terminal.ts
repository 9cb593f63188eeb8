import { Readable, Writable } from 'node:stream';
import { confirm, isCancel, password, select, text } from '@clack/prompts';
import { InterruptedError } from '../../core/domain/errors.ts';
import type { Terminal } from '../terminal.ts';
import type { Prompts } from './questions.ts';

/** Asks the person at the terminal. Questions go to stderr: stdout is for what was made. */
export function askOnTerminal({ stdin, stderr, signal }: Terminal): Prompts {
  const common = {
    signal,
    ...(stdin instanceof Readable && { input: stdin }),
    ...(stderr instanceof Writable && { output: stderr }),
  };
  return {
    async text({ message, placeholder, check }) {
      const validate = (given: string | undefined): string | undefined => (given ? check?.(given.trim()) : undefined);
      const shown = placeholder === undefined ? {} : { placeholder };
      // Nothing at all comes for an answer that was left empty.
      return (answered<string | undefined>(await text({ message, validate, ...shown, ...common })) ?? '').trim();
    },
    async secret({ message }) {
      return (answered<string | undefined>(await password({ message, ...common })) ?? '').trim();
    },
    async choose({ message, options }) {
      const values = options.map(({ value, label, hint }) => ({ value: String(value), label, ...(hint && { hint }) }));
      const chosen = answered(await select<string>({ message, options: values, ...common }));
      const option = options.find(({ value }) => value === chosen);
      if (!option) throw new TypeError('The answer is none of the options.');
      return option.value;
    },
    confirm: async ({ message }) => answered<boolean>(await confirm({ message, initialValue: false, ...common })),
  };
}

/** Ctrl-C is a key while a question is asked. */
function answered<T extends string | boolean | undefined>(answer: T | symbol): T {
  if (typeof answer !== 'symbol') return answer;
  if (!isCancel(answer)) throw new TypeError('A prompt answered with a symbol of its own.');
  throw new InterruptedError('Nothing was written.');
}
