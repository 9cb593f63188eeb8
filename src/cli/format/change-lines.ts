import type { Json } from '../../core/domain/json.ts';
import type { PlannedChange } from '../../core/plan/planned-change.ts';
import { isDeletion } from '../../core/report/deletions.ts';
import type { Style } from '../terminal.ts';
import { brief } from './brief.ts';
import { verbOf } from './format-plan.ts';
import { shownValue } from './format-value.ts';
import { pad, widthOf, wrapped } from './text-layout.ts';
import { visibleLine } from './visible.ts';

/** Of one value. The whole of it is in --json and in the page. */
const maxLines = 4;
const indent = '    ';
const minValueWidth = 20;

export interface ChangeContext {
  readonly style: Style;
  /** Of the screen. Undefined: lines are as long as their text. */
  readonly columns?: number | undefined;
  readonly name?: string | undefined;
  /** In place of the verb of a plan, for what has been done. */
  readonly verb?: string | undefined;
  /** Where a person looks at the customer and the user. */
  readonly links?: readonly { readonly side: string; readonly url: string }[];
}

/** A change: who it is about in one line, then a line for each field, its values below each other. */
export function changeLines(change: PlannedChange, context: ChangeContext): string[] {
  const { style, columns, name, links = [] } = context;
  const { key, action, code, message, detail, destinationId, fields } = change;
  const { verb, mark } = verbOf(change);
  const headline = [
    `${mark} ${context.verb ?? verb}`,
    key,
    name,
    destinationId && `user ${destinationId}`,
    code !== action && code !== undefined ? code : undefined,
  ];
  const shown = isDeletion(fields) ? [] : Object.entries(fields).filter(([, values]) => !isNothing(values));
  const notes = [message, detail].flatMap((text) => (text === undefined ? [] : [`${indent}${visibleLine(text)}`]));
  return [
    visibleLine(headline.filter((part) => part !== undefined && part !== '').join('  ')),
    ...notes,
    ...fieldLines(shown, { style, columns }),
    ...links.map(({ side, url }) => style.dim(`${indent}${pad(side, sideWidth)}  ${visibleLine(url)}`)),
  ];
}

const sideWidth = 'customer'.length;

function fieldLines(
  fields: readonly (readonly [name: string, values: readonly [Json, Json]])[],
  { style, columns }: Pick<ChangeContext, 'style' | 'columns'>,
): string[] {
  const names = Math.max(0, ...fields.map(([name]) => widthOf(name)));
  const width = columns === undefined ? Number.POSITIVE_INFINITY : columns - indent.length - names - 2;
  return fields.flatMap(([name, [before, after]]) => {
    const text = before === null ? shownValue(after) : `${brief(before)} → ${brief(after)}`;
    const lines = limited(wrapped(text, Math.max(minValueWidth, width)));
    return lines.map((line, at) => {
      const label = pad(at === 0 ? visibleLine(name) : '', names);
      return `${indent}${style.dim(label)}  ${line}`;
    });
  });
}

function limited(lines: readonly string[]): readonly string[] {
  return lines.length <= maxLines ? lines : [...lines.slice(0, maxLines - 1), '…'];
}

/** A user that is created without an organization has nothing to show of it. */
function isNothing([before, after]: readonly [Json, Json]): boolean {
  return before === null && (after === null || (Array.isArray(after) && after.length === 0));
}
