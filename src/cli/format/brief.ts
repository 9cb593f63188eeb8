import type { Json } from '../../core/domain/json.ts';
import { shownValue } from './format-value.ts';
import { cut } from './text-layout.ts';

const maxWidth = 60;

/** A value in one short line, a dot where it has a line end. */
export function brief(value: Json): string {
  return cut(shownValue(value).replaceAll(/\r\n|[\n\r]/g, ' · '), maxWidth);
}
