/**
 * Whether a topic fits a filter (MQTT 3.1.1, section 4.7): `+` stands for one level, `#` at the end for all further ones, and neither
 * at the beginning for a topic that begins with `$`.
 */
export function topicFits(topic: string, filter: string): boolean {
  const shared = /^\$share\/[^/]+\/(.+)$/.exec(filter);
  const wanted = (shared?.[1] ?? filter).split('/');
  const levels = topic.split('/');
  if (topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false;
  for (const [place, level] of wanted.entries()) {
    if (level === '#') return true;
    if (place >= levels.length || (level !== '+' && level !== levels[place])) return false;
  }
  return wanted.length === levels.length;
}
