import { stringify } from 'yaml';

/** A value as YAML: members by name, the format first, lines that end in LF. The same value gives the same bytes. */
export function stableYaml(value: object): string {
  return stringify(value, {
    lineWidth: 120,
    aliasDuplicateObjects: false,
    sortMapEntries: ({ key: left }, { key: right }) => compared(rank(left), rank(right)),
  });
}

function rank(key: unknown): string {
  const text = String((key as { value?: unknown } | null)?.value ?? key);
  return text === 'format' ? '' : text;
}

function compared(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
