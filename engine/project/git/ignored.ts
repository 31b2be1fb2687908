const start = '# What Galley keeps for itself: data, models, logs. It never belongs into Git.';
const end = '# End of what Galley keeps for itself.';
const kept = ['/project.json', '/galley.db*', '/blobs/', '/cache/', '/logs/', '/run/', '*.tmp', '*.part'];

/**
 * The text of `.gitignore` with what must not get into Git at its end, where nothing after it can take it back.
 * @param before the text until now, whose other lines stay
 */
export function ignoreText(before = ''): string {
  const lines = before.replaceAll('\r\n', '\n').split('\n');
  const from = lines.indexOf(start);
  const to = from === -1 ? -1 : lines.indexOf(end, from);
  const others = (to === -1 ? lines : [...lines.slice(0, from), ...lines.slice(to + 1)]).join('\n').trimEnd();
  return [...(others === '' ? [] : [others, '']), start, ...kept, end, ''].join('\n');
}
