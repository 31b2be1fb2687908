/** What is wrong with a dataset's name, undefined where nothing is. */
export function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (name === '') return 'Give it a name.';
  if (name.length > 64) return 'At most 64 letters.';
  if (!/^[a-z][a-z0-9_-]*$/.test(name)) return 'Small letters, digits, _ and -, beginning with a letter.';
  return taken.includes(name) ? `There is a dataset ${name}. Choose another name, or add a version of it.` : undefined;
}
