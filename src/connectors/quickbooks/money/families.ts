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

const row = z.looseObject({ ParentRef: z.looseObject({ value: z.coerce.string() }) });

function parentOf(given: unknown): readonly [child: string, parent: string] | undefined {
  const id = idOf(given);
  const parent = row.safeParse(given).data?.ParentRef.value;
  return id === undefined || parent === undefined ? undefined : [id, parent];
}

/** Of child → parent. */
export function familiesOf(parents: ReadonlyMap<string, string>): Families {
  const children = new Map<string, string[]>();
  for (const [child, parent] of parents) children.set(parent, [...(children.get(parent) ?? []), child]);
  return {
    ancestors(id) {
      const found: string[] = [];
      for (let at = parents.get(id); at !== undefined && found.length < deepestLevel; at = parents.get(at))
        found.push(at);
      return found;
    },
    descendants(id) {
      const found: string[] = [];
      let level = [id];
      for (let depth = 0; depth < deepestLevel && level.length > 0; depth += 1) {
        level = level.flatMap((one) => children.get(one) ?? []);
        found.push(...level);
      }
      return found;
    },
  };
}
