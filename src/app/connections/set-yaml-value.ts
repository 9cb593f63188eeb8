import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { isScalar, parseDocument } from 'yaml';

/**
 * Replaces a text value in a YAML configuration, and leaves every other character as it is. Returns false if it cannot:
 * the file is a module, the key is missing, or its value comes from the environment.
 */
export function writeKey(path: string, key: readonly string[], value: string): boolean {
  if (!['.yaml', '.yml'].includes(extname(path))) return false;
  const text = readFileSync(path, 'utf8');
  const node = parseDocument(text).getIn(key, true);
  if (!isScalar(node) || !node.range || String(node.value).includes('${')) return false;
  const [start, end] = node.range;
  writeFileSync(path, `${text.slice(0, start)}${JSON.stringify(value)}${text.slice(end)}`, {
    mode: statSync(path).mode,
  });
  return true;
}
