import { Document, isMap, isScalar, isSeq, type Node, Scalar, visit } from 'yaml';

/** Where in a file, as keys and positions in lists, and what the line above it says. */
export type YamlComment = [path: (string | number)[], text: string];

interface YamlOptions {
  /** Stands at the top. */
  comment?: string;
  comments?: YamlComment[];
}

/**
 * A value as a YAML file that readers of YAML 1.1 (Go's and Python's) understand as well: texts that they would take for
 * something else, such as `yes`, `012` or a time, are quoted.
 * @throws RangeError for a comment on what is not there.
 */
export function yamlFile(value: unknown, { comment, comments = [] }: YamlOptions = {}): string {
  const document = new Document(value, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, { Scalar: (_, node) => quoteMarks(node) });
  for (const [path, text] of comments) commentOn(document, path, text);
  if (comment) document.commentBefore = commentText(comment);
  return document.toString({ lineWidth: 0, directives: false });
}

/** `=` and `<<` are words of YAML 1.1 itself. */
function quoteMarks(node: Scalar): void {
  if (node.value === '=' || node.value === '<<') node.type = Scalar.QUOTE_DOUBLE;
}

function commentOn(document: Document, path: (string | number)[], text: string): void {
  const parent = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const commented = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && key.value === last)?.key
    : isSeq(parent) && parent.items[Number(last)];
  if (!commented) throw new RangeError(`There is no ${path.join('.')} to comment on.`);
  (commented as Node).commentBefore = commentText(text);
}

function commentText(text: string): string {
  return text
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n');
}
