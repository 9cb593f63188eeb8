import type { Measures } from '../run/measure.ts';
import { clockJumps } from './clock-jumps.ts';
import { diskFull } from './disk-full.ts';
import { processes } from './processes.ts';
import { stateFile } from './state-file.ts';

/** What befalls the machine that Rolodesk runs on. */
export interface Calamity {
  readonly name: string;
  decide(measures: Measures): Promise<void>;
}

export const calamities: readonly Calamity[] = [...diskFull, ...stateFile, ...clockJumps, ...processes];
