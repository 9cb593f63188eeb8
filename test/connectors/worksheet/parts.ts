import { strToU8, zipSync } from 'fflate';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelationships = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** A workbook written part by part, for what programs write otherwise than the specification's examples. */
export interface Parts {
  readonly sheet: string;
  readonly sharedStrings?: string;
  readonly styles?: string;
  /** What stands before and after the list of sheets. */
  readonly workbook?: { readonly before?: string; readonly after?: string };
  readonly sheets?: string;
  /** What the part of the sheet is, in place of a worksheet. */
  readonly sheetType?: string;
  /** Of the parts, in place of the usual ones. */
  readonly names?: Partial<typeof usualNames>;
  readonly encode?: (xml: string) => Uint8Array;
}

const usualNames = {
  workbook: 'xl/workbook.xml',
  sheet: 'xl/worksheets/sheet1.xml',
  sharedStrings: 'xl/sharedStrings.xml',
  styles: 'xl/styles.xml',
};

/** Rows as XML: `<row><c><v>1</v></c></row>`. Relationships are relative to the workbook's folder. */
export function partsOf({
  names = {},
  encode = strToU8,
  workbook = {},
  sheets,
  sheetType = 'worksheet',
  ...parts
}: Parts): Uint8Array {
  const at = { ...usualNames, ...names };
  const folder = at.workbook.slice(0, at.workbook.lastIndexOf('/') + 1);
  const own = (['sheet', 'sharedStrings', 'styles'] as const).filter((part) => parts[part] !== undefined);
  const types = { sheet: sheetType, sharedStrings: 'sharedStrings', styles: 'styles' };
  const links = own.map((part) => relationship(types[part], at[part].replace(folder, ''), part));
  const list = sheets ?? '<sheet name="Customers" sheetId="1" r:id="sheet"/>';
  const files: Record<string, string> = {
    '_rels/.rels': linksOf([relationship('officeDocument', at.workbook, 'r1')]),
    [`${folder}_rels/${at.workbook.replace(folder, '')}.rels`]: linksOf(links),
    [at.workbook]: `<workbook xmlns="${main}" xmlns:r="${relationships}">${workbook.before ?? ''}<sheets>${list}</sheets>${workbook.after ?? ''}</workbook>`,
    [at.sheet]: `<worksheet xmlns="${main}"><sheetData>${parts.sheet}</sheetData></worksheet>`,
    ...(parts.sharedStrings !== undefined && {
      [at.sharedStrings]: `<sst xmlns="${main}">${parts.sharedStrings}</sst>`,
    }),
    ...(parts.styles !== undefined && { [at.styles]: `<styleSheet xmlns="${main}">${parts.styles}</styleSheet>` }),
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, xml]) => [name, encode(xml)])));
}

/** One row of inline texts. */
export function rowOf(...texts: readonly string[]): string {
  return `<row>${texts.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`;
}

function relationship(type: string, target: string, id: string): string {
  return `<Relationship Id="${id}" Type="${relationships}/${type}" Target="${target}"/>`;
}

function linksOf(links: readonly string[]): string {
  return `<Relationships xmlns="${packageRelationships}">${links.join('')}</Relationships>`;
}
