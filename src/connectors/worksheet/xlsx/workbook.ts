import { ContractError } from '../../../core/domain/errors.ts';
import type { Archive } from './archive.ts';
import { unescaped } from './text.ts';

export interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  /** Absent: a chart or another sheet without cells. */
  readonly part: string | undefined;
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly is1904: boolean;
  readonly sharedStrings: string | undefined;
  readonly styles: string | undefined;
}

interface Relationship {
  readonly id: string;
  readonly type: string;
  /** Its target, as a name of a part. */
  readonly part: string;
}

const sheetsWithoutCells = /\/(chart|dialog|macro|xlMacro|xlIntlMacro)sheet$/i;

/** Where everything is stands in the relationships between parts, not in their names (ECMA-376, part 2). */
export async function readWorkbook(archive: Archive): Promise<Workbook> {
  const main = (await relationshipsOf(archive, '')).find(({ type }) => type.endsWith('/officeDocument'))?.part;
  const part = main ?? 'xl/workbook.xml';
  const relationships = await relationshipsOf(archive, part);
  const sheets: Sheet[] = [];
  let is1904 = false;
  await archive.readWhole(part, {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = isTrue(attributes.date1904);
      if (name !== 'sheet') return;
      const wanted = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
      const found = relationships.find(({ id }) => id === wanted);
      sheets.push({
        name: unescaped(attributes.name ?? ''),
        isHidden: /hidden/i.test(attributes.state ?? ''),
        part: found && !sheetsWithoutCells.test(found.type) ? found.part : undefined,
      });
    },
  });
  /** Programs that write no relationship for it put it in the usual place. */
  const related = (type: string): string | undefined => {
    const named = relationships.find((found) => found.type.endsWith(`/${type}`))?.part ?? partAt(part, `${type}.xml`);
    return named !== undefined && archive.has(named) ? named : undefined;
  };
  return { sheets, is1904, sharedStrings: related('sharedStrings'), styles: related('styles') };
}

/** A number is the sheet at that place, or else the one of that name: `2024`. Throws ContractError, with those that there are. */
export function sheetIn({ sheets }: Workbook, wanted: string | number, file: string): Sheet & { part: string } {
  const named = String(wanted).trim().toLowerCase();
  const found =
    (typeof wanted === 'number' ? sheets[wanted - 1] : undefined) ??
    sheets.find(({ name }) => name.trim().toLowerCase() === named);
  if (found?.part !== undefined) return { ...found, part: found.part };
  const what = found ? `Sheet ${wanted} of ${file} is not one of cells.` : `${file} has no sheet ${wanted}.`;
  throw new ContractError(`${what} Its sheets: ${namesOf(sheets)}.`, {
    code: 'worksheet-sheet',
    hint: 'Set source.sheet to one of these, or to its number.',
  });
}

export function namesOf(sheets: readonly Sheet[]): string {
  return sheets.map(({ name }) => name).join(', ') || 'none';
}

export function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

/** Those of a part; of the whole package where it is empty. */
async function relationshipsOf(archive: Archive, part: string): Promise<readonly Relationship[]> {
  const found: Relationship[] = [];
  const list = partAt(part, `_rels/${part.slice(part.lastIndexOf('/') + 1)}.rels`);
  if (list === undefined || !archive.has(list)) return found;
  await archive.readWhole(list, {
    open(name, { Id: id = '', Type: type = '', Target: target = '', TargetMode: mode }) {
      const to = partAt(part, target);
      if (name === 'Relationship' && mode !== 'External' && to !== undefined) found.push({ id, type, part: to });
    },
  });
  return found;
}

/** Targets are relative URLs. */
function partAt(part: string, target: string): string | undefined {
  const path = URL.parse(target, `http://package/${part}`)?.pathname.slice(1);
  try {
    return path === undefined ? undefined : decodeURIComponent(path);
  } catch {
    // A percent sign that escapes nothing.
    return path;
  }
}
