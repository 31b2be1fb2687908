/** Whether a word names a file, by its path or its ending; else it names a version of a dataset, which has neither. */
export function namesFile(word: string): boolean {
  return /[\\/]|\.[a-z0-9]+$/i.test(word);
}
