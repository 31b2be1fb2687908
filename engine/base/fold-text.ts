/** A text as comparisons that ignore letter case see it: compatibility forms joined (NFKC), in lower case, in no locale. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
