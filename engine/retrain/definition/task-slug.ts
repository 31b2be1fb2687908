/** Kubernetes takes at most 63 characters; some are left for the number of a clash. */
const longest = 56;

/**
 * A name for each task that folders, jobs and pods may have: small letters, digits and single `-`, a letter first, each one
 * once. What else stands in a task's name becomes `-`; of tasks that would share a slug the later ones get `-2`, `-3`, …
 * @param names of tasks, in the order of the pipeline
 * @returns in the same order
 */
export function taskSlugs(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const slug = free(slugOf(name), taken);
    taken.add(slug);
    return slug;
  });
}

function slugOf(name: string): string {
  const words = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const slug = trimmed(trimmed(words).slice(0, longest));
  return /^[a-z]/.test(slug) ? slug : trimmed(`task-${slug}`);
}

function trimmed(text: string): string {
  return text.replaceAll(/^-|-$/g, '');
}

function free(slug: string, taken: ReadonlySet<string>): string {
  let found = slug;
  for (let number = 2; taken.has(found); number++) found = `${slug}-${number}`;
  return found;
}
