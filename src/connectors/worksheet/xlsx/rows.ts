import { ContractError } from '../../../core/errors.ts';
import { type Cell, columnOf, type SheetRow } from '../cells.ts';
import { type Archive, openArchive, readWhole } from './archive.ts';
import { dateOf, readDateStyles } from './dates.ts';
import { readSharedStrings } from './shared-strings.ts';

interface Workbook {
  readonly sheets: readonly { readonly name: string; readonly part: string }[];
  readonly is1904: boolean;
}

/** The rows of one sheet, one at a time. `sheet`: its name, or its number from 1. */
export async function* xlsxRows(
  { path, name }: { readonly path: string; readonly name: string },
  sheet: string | number,
): AsyncGenerator<SheetRow> {
  const archive = await openArchive(path, name);
  try {
    const workbook = await readWorkbook(archive);
    const part = partOf(workbook, sheet, name);
    const strings = await readSharedStrings(archive);
    const isDate = await readDateStyles(archive);
    const { handlers, take } = createRowReader((type, text, style): Cell | undefined => {
      switch (type) {
        case 's':
          return strings(Number(text));
        case 'str':
        case 'inlineStr':
          return text;
        case 'b':
          return text === '1';
        // An error of a formula, such as #N/A, is no value.
        case 'e':
          return undefined;
        case 'd':
          return text;
        default:
          return isDate(style) ? dateOf(Number(text), workbook.is1904) : Number(text);
      }
    });
    const chunks = archive.read(part, handlers);
    for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) yield* take();
  } finally {
    archive.close();
  }
}

async function readWorkbook(archive: Archive): Promise<Workbook> {
  const targets = new Map<string, string>();
  await readWhole(archive, 'xl/_rels/workbook.xml.rels', {
    open(name, { Id = '', Target = '' }) {
      if (name === 'Relationship') targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`);
    },
  });
  const sheets: { readonly name: string; readonly part: string }[] = [];
  let is1904 = false;
  await readWhole(archive, 'xl/workbook.xml', {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = attributes.date1904 === '1' || attributes.date1904 === 'true';
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
      if (name === 'sheet') sheets.push({ name: attributes.name ?? '', part: targets.get(id) ?? '' });
    },
  });
  return { sheets, is1904 };
}

function partOf({ sheets }: Workbook, wanted: string | number, file: string): string {
  const found =
    typeof wanted === 'number'
      ? sheets[wanted - 1]
      : sheets.find(({ name }) => name.trim().toLowerCase() === wanted.trim().toLowerCase());
  if (found) return found.part;
  throw new ContractError(`${file} has no sheet ${wanted}. Its sheets: ${sheets.map(({ name }) => name).join(', ')}.`, {
    code: 'worksheet-sheet',
    hint: 'Set source.sheet to one of these, or to its number.',
  });
}

/** Gathers the cells of each row. A formula's cell has its result beside it (`v`), as it was when the file was saved. */
function createRowReader(toCell: (type: string, text: string, style: number) => Cell | undefined) {
  let ready: SheetRow[] = [];
  let row: { number: number; isHidden: boolean; width: number; cells: Map<number, Cell> } | undefined;
  let last = 0;
  let column = -1;
  let cell = { type: '', style: 0 };
  let text = '';
  let isValue = false;

  return {
    take(): readonly SheetRow[] {
      const taken = ready;
      ready = [];
      return taken;
    },
    handlers: {
      open(name: string, { r = '', t = '', s = '0', hidden }: Readonly<Record<string, string>>): void {
        if (name === 'row') {
          last = r === '' ? last + 1 : Number(r);
          row = { number: last, isHidden: hidden === '1' || hidden === 'true', width: 0, cells: new Map() };
          column = -1;
        }
        if (name === 'c') {
          column = r === '' ? column + 1 : columnOf(r.replace(/\d+$/, ''));
          if (row) row.width = Math.max(row.width, column + 1);
          cell = { type: t, style: Number(s) };
          text = '';
        }
        isValue = name === 'v' || (name === 't' && cell.type === 'inlineStr');
      },
      text(more: string): void {
        if (isValue) text += more;
      },
      close(name: string): void {
        if (name === 'v' || name === 't') isValue = false;
        if (name === 'c' && text !== '') {
          const value = toCell(cell.type, text, cell.style);
          if (value !== undefined && value !== '') row?.cells.set(column, value);
        }
        if (name === 'row' && row) {
          ready.push(row);
          row = undefined;
        }
      },
    },
  };
}
