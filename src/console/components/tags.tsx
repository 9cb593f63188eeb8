import type { Pipeline, Run, RunRecord } from '../api/types.ts';

type Tone = 'good' | 'bad' | 'warn' | 'accent' | '';

const tones: Readonly<Record<string, Tone>> = {
  ok: 'good',
  completed: 'good',
  created: 'good',
  create: 'good',
  connected: 'good',
  linked: 'good',
  done: 'good',
  attention: 'warn',
  held: 'warn',
  paused: 'warn',
  missed: 'warn',
  deactivate: 'warn',
  deactivated: 'warn',
  skip: 'warn',
  skipped: 'warn',
  waiting: 'warn',
  soon: 'warn',
  failing: 'bad',
  failed: 'bad',
  rejected: 'bad',
  reject: 'bad',
  conflict: 'bad',
  refused: 'bad',
  missing: 'bad',
  unreadable: 'bad',
  over: 'bad',
  running: 'accent',
  queued: 'accent',
  retrying: 'warn',
  updated: 'accent',
  update: 'accent',
  adopt: 'accent',
};

/** A state in the words of the command line. Its colour says nothing that the word does not. */
export function Tag({ word }: { readonly word: string }) {
  return <span class={`tag ${tones[word] ?? ''}`}>{word}</span>;
}

export function VerdictTag({ of: { verdict, state } }: { readonly of: Pick<Pipeline, 'verdict' | 'state'> }) {
  return <Tag word={state === 'idle' ? verdict : state} />;
}

export function OutcomeTag({ of: { outcome } }: { readonly of: Pick<Run, 'outcome'> | Pick<RunRecord, 'outcome'> }) {
  return <Tag word={outcome} />;
}
