const written =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?)?)?)?(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * A date or a time as people write it, `2024`, `2024-01`, `2024-01-31`, `2024-01-31 12:30`, as ISO time; in UTC where no
 * zone is named, on every machine. Undefined for another text, and for a day that no calendar has.
 */
export function readTime(text: string): string | undefined {
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', rest = '', zone = 'Z'] =
    written.exec(text.trim()) ?? [];
  if (year === undefined || new Date(`${year}-${month}-${day}T00:00Z`).getUTCDate() !== Number(day)) return undefined;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${rest.slice(0, 4)}${zone.toUpperCase()}`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
