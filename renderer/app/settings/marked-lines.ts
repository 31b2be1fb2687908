/** A line of a text beside another text. */
export interface MarkedLine {
  text: string;
  /** The other text has no such line. */
  isMarked: boolean;
}

/** The lines of a text, marked where the other one has fewer of them. */
export function markedLines(text: string, other: string | null): MarkedLine[] {
  const left = new Map<string, number>();
  for (const line of linesOf(other ?? '')) left.set(line, (left.get(line) ?? 0) + 1);
  return linesOf(text).map((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return { text: line, isMarked: count <= 0 };
  });
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
