import { isNode, isPair, isSeq, LineCounter, parseDocument } from 'yaml';

/** A place inside a YAML document: names of members and places in lists. */
export type YamlPath = readonly (string | number)[];

export interface YamlDocument {
  /** What the file holds, in JSON's types. */
  value: unknown;
  /** The line (from 1) where the value at a path stands, of the nearest one around it where it is not there. */
  lineOf(path: YamlPath): number;
  /** The same, with the column (from 1). */
  placeOf(path: YamlPath): YamlPlace;
}

/** From 1. */
export interface YamlPlace {
  line: number;
  column: number;
}

export interface YamlFault extends YamlPlace {
  message: string;
}

/** Reads a text as one YAML 1.2 document without tags, anchors that multiply, or members that come twice. */
export function readYaml(text: string): YamlDocument | YamlFault {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: true });
  const problem = document.errors[0] ?? document.warnings[0];
  const placeAt = (offset: number): YamlPlace => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  if (problem) return { message: firstLine(problem.message), ...placeAt(problem.pos[0]) };
  try {
    const value: unknown = document.toJS({ maxAliasCount: 20 });
    const placeOf = (path: YamlPath) => placeAt(offsetOf(document.contents, path));
    return { value, placeOf, lineOf: (path) => placeOf(path).line };
  } catch (error) {
    return { message: firstLine((error as Error).message), line: 1, column: 1 };
  }
}

/** A path as people write it: `expectations[2].column`. */
export function writtenPath(path: YamlPath): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part + 1}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? '';
}

function offsetOf(contents: unknown, path: YamlPath): number {
  let node = contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of path) {
    const items: unknown[] =
      node !== null && typeof node === 'object' && 'items' in node ? (node.items as unknown[]) : [];
    const found = isSeq(node)
      ? items[Number(part)]
      : items.find(
          (item) => isPair(item) && String((item.key as { value?: unknown })?.value ?? item.key) === String(part),
        );
    if (found === undefined) return offset;
    const place = isPair(found) ? found.key : found;
    if (isNode(place)) offset = place.range?.[0] ?? offset;
    node = isPair(found) ? found.value : found;
  }
  return offset;
}
