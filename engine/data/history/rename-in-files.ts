import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Document, isScalar, isSeq, parseDocument } from 'yaml';
import { syncFolder, writeFileDurably } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';

type Path = (string | number)[];

/**
 * Writes the new name of a dataset into the files of the project that name it: its expectations, those of other datasets
 * that refer to it, and the cleaning recipes that read it or make its versions. Only the name is touched; comments and layout stay. A file that cannot be read as YAML
 * is left as it is.
 * @throws GalleyError `data.name_taken` where the new name has expectations already
 */
export function renameInFiles(projectPath: string, from: string, to: string): void {
  const [old, now] = [from, to].map((name) => join(projectPath, 'expectations', `${name}.yaml`)) as [string, string];
  if (existsSync(old)) {
    if (existsSync(now)) {
      throw new GalleyError('data.name_taken', `expectations/${to}.yaml is there already.`, {
        details: { file: `expectations/${to}.yaml` },
        hint: 'Move that file away, or choose another name.',
      });
    }
    mkdirSync(dirname(now), { recursive: true });
    writeFileDurably(
      now,
      renamed(readFileSync(old, 'utf8'), () => [['dataset']], from, to),
    );
    rmSync(old);
    syncFolder(dirname(old));
  }
  renameInFolder(join(projectPath, 'recipes'), placesOfRecipe, from, to);
  renameInFolder(join(projectPath, 'expectations'), placesOfReferences, from, to);
}

function renameInFolder(folder: string, places: (document: Document) => Path[], from: string, to: string): void {
  for (const file of existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : []) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    const next = renamed(text, places, from, to);
    if (next !== text) writeFileDurably(path, next);
  }
}

/** Where expectations name the dataset that their values must be found in. */
function placesOfReferences(document: Document): Path[] {
  const expectations = document.get('expectations');
  if (!isSeq(expectations)) return [];
  return expectations.items.flatMap((_, place) =>
    document.getIn(['expectations', place, 'kind']) === 'refers' ? [['expectations', place, 'dataset']] : [],
  );
}

function placesOfRecipe(document: Document): Path[] {
  const steps = document.get('steps');
  const joins = isSeq(steps) ? steps.items.flatMap((_, place) => joinPlace(document, place)) : [];
  return [['from'], ['to'], ...joins];
}

function joinPlace(document: Document, place: number): Path[] {
  return document.getIn(['steps', place, 'kind']) === 'join' ? [['steps', place, 'with']] : [];
}

/** A text in which the references to a dataset, at some places, have its new name. */
function renamed(text: string, places: (document: Document) => Path[], from: string, to: string): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) return text;
  const changes = places(document).flatMap((path) => {
    const node = document.getIn(path, true);
    if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return [];
    const [name, ...rest] = node.value.split('@');
    return name === from ? [{ start: node.range[0], end: node.range[1], value: [to, ...rest].join('@') }] : [];
  });
  return changes
    .sort((left, right) => right.start - left.start)
    .reduce((all, { start, end, value }) => `${all.slice(0, start)}${scalar(value)}${all.slice(end)}`, text);
}

/** Words that YAML reads as something else need quotes. */
function scalar(value: string): string {
  return /^(true|false|null|yes|no|on|off|y|n)$/.test(value) ? `"${value}"` : value;
}
