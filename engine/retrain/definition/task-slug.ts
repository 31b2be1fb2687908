/** Kubernetes takes at most 63 characters; some are left for the number of a clash. */
const longest = 56;

/**
 * A name for each task that folders, jobs and pods may have: small letters, digits and single `-`, a letter first, each one
 * once, and none the name of another task. What else stands in a task's name becomes `-`; of tasks that would share a slug
 * the later ones get `-2`, `-3`, …
 * @param names of tasks, in the order of the pipeline
 * @returns in the same order
 */
export function taskSlugs(names: readonly string[]): string[] {
  const taken = new Set<string>();
  const named = new Set(names);
  return names.map((name) => {
    const slug = free(slugOf(name), (found) => taken.has(found) || (found !== name && named.has(found)));
    taken.add(slug);
    return slug;
  });
}

/** The task of a name, else of a slug. */
export function findTask<Task extends { name: string }>(tasks: readonly Task[], nameOrSlug: string): Task | undefined {
  const slugs = taskSlugs(tasks.map(({ name }) => name));
  return tasks.find(({ name }) => name === nameOrSlug) ?? tasks[slugs.indexOf(nameOrSlug)];
}

function slugOf(name: string): string {
  const words = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const slug = trimmed(trimmed(words).slice(0, longest));
  return /^[a-z]/.test(slug) ? slug : trimmed(`task-${slug}`);
}

function trimmed(text: string): string {
  return text.replaceAll(/^-|-$/g, '');
}

function free(slug: string, isTaken: (slug: string) => boolean): string {
  let found = slug;
  for (let number = 2; isTaken(found); number++) found = `${slug}-${number}`;
  return found;
}
