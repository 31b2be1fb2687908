import { posix } from 'node:path';
import { GalleyError } from '../../../base/errors.ts';
import { Archive } from './archive.ts';
import { builtInMeaning, meaningOf, type NumberMeaning } from './excel-values.ts';
import { readSharedTexts, type SharedTexts } from './shared-strings.ts';
import { visitXml } from './xml.ts';

export interface Sheet {
  name: string;
  isHidden: boolean;
  entryName: string;
}

/** What is known of a workbook before a sheet is read. */
export interface Workbook {
  archive: Archive;
  sheets: Sheet[];
  dates1904: boolean;
  /** By the number of a cell's style. */
  meanings: NumberMeaning[];
  texts: SharedTexts;
}

interface Relation {
  type: string;
  entryName: string;
}

async function relationsOf(archive: Archive, entryName: string): Promise<Map<string, Relation>> {
  const folder = posix.dirname(entryName);
  const relations = new Map<string, Relation>();
  const listing = posix.join(folder, '_rels', `${posix.basename(entryName)}.rels`);
  if (!archive.has(listing)) return relations;
  await visitXml(archive, listing, {
    open(name, { Id, Type, Target, TargetMode }) {
      if (name !== 'Relationship' || !Id || !Target || TargetMode === 'External') return;
      const path = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      relations.set(Id, { type: Type?.split('/').at(-1) ?? '', entryName: path });
    },
  });
  return relations;
}

async function meaningsOf(archive: Archive, entryName: string | undefined): Promise<NumberMeaning[]> {
  const codes = new Map<number, NumberMeaning>();
  const meanings: NumberMeaning[] = [];
  if (entryName === undefined || !archive.has(entryName)) return meanings;
  let inCellStyles = false;
  await visitXml(archive, entryName, {
    open(name, attributes) {
      if (name === 'cellXfs') inCellStyles = true;
      else if (name === 'numFmt') codes.set(Number(attributes.numFmtId), meaningOf(attributes.formatCode ?? ''));
      else if (name === 'xf' && inCellStyles) {
        const id = Number(attributes.numFmtId ?? 0);
        meanings.push(codes.get(id) ?? builtInMeaning(id));
      }
    },
    close(name) {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return meanings;
}

function wrongType({ name }: Archive, what: string, advice: string): GalleyError {
  return new GalleyError('data.binary_or_wrong_type', `${name} is ${what}; ${advice}.`, {
    details: { file: name, is: what },
  });
}

/** What a zip archive is that is no .xlsx workbook, and what to do with it. */
function otherArchive(archive: Archive): GalleyError {
  const names = archive.entryNames;
  const has = (start: string) => names.some((name) => name.startsWith(start));
  const [what, advice]: readonly [string, string] = has('xl/workbook.bin')
    ? ['a binary Excel workbook (.xlsb)', 'save it as .xlsx or CSV']
    : has('content.xml') && has('META-INF/')
      ? ['an OpenDocument file, such as an .ods spreadsheet', 'save it as .xlsx or CSV']
      : has('word/')
        ? ['a Word document', 'copy its table and paste it, or save it as CSV']
        : has('ppt/')
          ? ['a PowerPoint presentation', 'copy its table and paste it']
          : ['a zip archive', 'unpack it and add the files in it'];
  return wrongType(archive, what, advice);
}

async function workbookEntry(archive: Archive): Promise<string> {
  const root = await relationsOf(archive, '');
  const named = [...root.values()].find((relation) => relation.type === 'officeDocument')?.entryName;
  const entryName = named ?? 'xl/workbook.xml';
  if (!archive.has(entryName) || archive.has('xl/workbook.bin') || /^(word|ppt)\//.test(entryName)) {
    throw otherArchive(archive);
  }
  return entryName;
}

/**
 * Opens a workbook: its sheets, date system, formats and texts. The caller closes the archive.
 * @throws GalleyError `data.binary_or_wrong_type` for other archives, `data.corrupt_file`, `data.password_protected`,
 * `data.expands_too_much`, `data.part_too_large`
 */
export async function openWorkbook(path: string, name: string): Promise<Workbook> {
  const archive = await Archive.open(path, name);
  try {
    const entryName = await workbookEntry(archive);
    const relations = await relationsOf(archive, entryName);
    const entryOf = (type: string) => [...relations.values()].find((relation) => relation.type === type)?.entryName;
    const sheets: Sheet[] = [];
    let dates1904 = false;
    await visitXml(archive, entryName, {
      open(tag, attributes) {
        if (tag === 'workbookPr') dates1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
        if (tag !== 'sheet') return;
        const key = Object.keys(attributes).find((attribute) => /(^|:)id$/.test(attribute));
        const relation = key ? relations.get(attributes[key] as string) : undefined;
        if (relation?.type !== 'worksheet') return;
        const isHidden = (attributes.state ?? 'visible') !== 'visible';
        sheets.push({ name: attributes.name ?? '', isHidden, entryName: relation.entryName });
      },
    });
    if (sheets.length === 0) throw wrongType(archive, 'a workbook without a sheet of cells', 'choose another file');
    const meanings = await meaningsOf(archive, entryOf('styles'));
    const texts = await readSharedTexts(archive, entryOf('sharedStrings'));
    return { archive, sheets, dates1904, meanings, texts };
  } catch (error) {
    archive.close();
    throw error;
  }
}
