import { z } from 'zod';
import type { CallContext } from '../../../core/domain/context.ts';
import { ContractError } from '../../../core/domain/errors.ts';
import { allStates, type Pages } from '../pages.ts';
import { idOf } from '../row-id.ts';
import { scanWhole } from '../scan.ts';

const deepestLevel = 5;

/** Who is below whom. */
export interface Families {
  /** Nearest first. */
  ancestors(id: string): readonly string[];
  descendants(id: string): readonly string[];
}

/** Asks for sub-customers only: few have a parent. Where QuickBooks refuses that condition, for all customers. */
export async function readFamilies(pages: Pages, context: CallContext): Promise<Families> {
  const isSub = { field: 'Job', value: true, operator: '=' };
  const scan = { context, read: parentOf };
  const found = await scanWhole(pages, [isSub, allStates], scan).catch((error: unknown) => {
    if (!(error instanceof ContractError) || error.code !== 'quickbooks-validation') throw error;
    return scanWhole(pages, [allStates], scan);
  });
  return familiesOf(new Map(found));
}

const row = z.looseObject({ ParentRef: z.looseObject({ value: z.union([z.string(), z.number()]).transform(String) }) });

function parentOf(given: unknown): readonly [child: string, parent: string] | undefined {
  const id = idOf(given);
  const parent = row.safeParse(given).data?.ParentRef.value;
  return id === undefined || parent === undefined ? undefined : [id, parent];
}

/** Of child → parent. Nobody is above or below itself, also where the company says so. */
export function familiesOf(parents: ReadonlyMap<string, string>): Families {
  const children = Map.groupBy(parents.keys(), (child) => parents.get(child));
  return {
    ancestors(id) {
      const found = new Set([id]);
      let at = parents.get(id);
      for (; at !== undefined && !found.has(at) && found.size <= deepestLevel; at = parents.get(at)) found.add(at);
      return [...found].slice(1);
    },
    descendants(id) {
      const found = new Set([id]);
      let level = [id];
      for (let depth = 0; depth < deepestLevel && level.length > 0; depth += 1) {
        level = level.flatMap((one) => children.get(one) ?? []).filter((one) => !found.has(one));
        for (const one of level) found.add(one);
      }
      return [...found].slice(1);
    },
  };
}
