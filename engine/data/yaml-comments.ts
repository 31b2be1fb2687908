import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

const layout = { lineWidth: 120 };

/**
 * The text of a file with other content, in which the comments of the file before stay beside what they stand with: members
 * by their names, items of a list by what they hold, else by their place.
 * @param fresh the text of the content without any comment, which is also the answer where nothing is to be kept
 */
export function withComments(before: string | undefined, value: Record<string, unknown>, fresh: string): string {
  if (before === undefined || !/(^|\s)#/m.test(before)) return fresh;
  const document = parseDocument(before, { version: '1.2', schema: 'core', uniqueKeys: true });
  if (document.errors.length > 0 || document.warnings.length > 0 || !isMap(document.contents)) return fresh;
  changed(document, document.contents, value);
  const text = document.toString(layout);
  const read = parseDocument(text, { version: '1.2', schema: 'core' });
  return read.errors.length === 0 && isDeepStrictEqual(read.toJS(), parseDocument(fresh).toJS()) ? text : fresh;
}

/** The node made to hold a value; another one where it cannot. */
function changed(document: Document, node: unknown, value: unknown): unknown {
  if (isMap(node) && value !== null && typeof value === 'object' && !Array.isArray(value)) {
    changeMap(document, node, value as Record<string, unknown>);
    return node;
  }
  if (isSeq(node) && Array.isArray(value)) {
    changeList(document, node, value);
    return node;
  }
  if (isScalar(node) && (value === null || typeof value !== 'object')) {
    if (node.value !== value) node.value = value;
    return node;
  }
  const made = document.createNode(value) as Node;
  if (isNode(node)) {
    made.commentBefore = node.commentBefore;
    made.comment = node.comment;
  }
  return made;
}

function changeMap(document: Document, node: YAMLMap, value: Record<string, unknown>): void {
  const wanted = Object.entries(value).filter(([, member]) => member !== undefined);
  const names = new Set(wanted.map(([name]) => name));
  node.items = node.items.filter(({ key }) => names.has(String(isScalar(key) ? key.value : key)));
  for (const [name, member] of wanted) {
    const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === name);
    if (pair) pair.value = changed(document, pair.value, member);
    else node.add(document.createPair(name, member));
  }
}

/** Items that are there already keep their nodes, wherever they stand now; the others change what stood at their place. */
function changeList(document: Document, node: YAMLSeq, items: readonly unknown[]): void {
  const held = node.items.map((item) => (isNode(item) ? item.toJS(document) : item) as unknown);
  const used = new Set<number>();
  const kept = items.map((item) => {
    const place = held.findIndex((other, index) => !used.has(index) && isDeepStrictEqual(other, item));
    if (place >= 0) used.add(place);
    return place;
  });
  node.items = items.map((item, index) => {
    const place = kept[index] as number;
    if (place >= 0) return node.items[place];
    const free = index < held.length && !used.has(index);
    if (free) used.add(index);
    return free ? changed(document, node.items[index], item) : document.createNode(item);
  });
}
