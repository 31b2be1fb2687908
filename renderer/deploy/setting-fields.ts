import {
  type DeploymentSettings,
  defaultSettings,
  type SettingsChange,
} from '../../engine/contract/deploy-settings.ts';

/** A setting as a field of text: left empty it has its default. */
export interface SettingField {
  group: 'limits' | 'batch' | 'cors' | 'network';
  member: string;
  label: string;
  hint: string;
  kind: 'number' | 'list';
  /** What an empty list means. */
  empty?: string;
}

export const settingFields: readonly SettingField[] = [
  {
    group: 'limits',
    member: 'requestsPerMinute',
    label: 'Requests a minute',
    hint: 'of each key, or each address without one; 0 for any number',
    kind: 'number',
  },
  { group: 'limits', member: 'rows', label: 'Rows a request', hint: 'more are refused', kind: 'number' },
  { group: 'limits', member: 'bodyBytes', label: 'Bytes a request', hint: 'more are refused', kind: 'number' },
  {
    group: 'limits',
    member: 'requestMilliseconds',
    label: 'Time to send a request, in ms',
    hint: 'slower callers are cut',
    kind: 'number',
  },
  { group: 'limits', member: 'connections', label: 'Connections', hint: 'open at a time', kind: 'number' },
  { group: 'batch', member: 'rows', label: 'Rows a batch', hint: 'that go to the model together', kind: 'number' },
  {
    group: 'batch',
    member: 'milliseconds',
    label: 'Wait for a batch, in ms',
    hint: '0: only rows that arrive at once go together',
    kind: 'number',
  },
  {
    group: 'cors',
    member: 'origins',
    label: 'Web pages that may call',
    hint: 'origins such as https://shop.example, with commas between',
    kind: 'list',
    empty: 'none',
  },
  {
    group: 'network',
    member: 'names',
    label: 'Names it is reached by',
    hint: 'on the network, beside the names and addresses of this machine',
    kind: 'list',
    empty: 'any',
  },
];

/** What stands in the fields, in their order. */
export function fieldTexts(settings: DeploymentSettings): string[] {
  return settingFields.map((field) => textOf(settingOf(settings, field)));
}

/** The default of a field, as it would stand there. */
export function defaultText(field: SettingField): string {
  return textOf(settingOf(defaultSettings, field)) || (field.empty ?? '');
}

/** What is wrong with the text of a field; undefined where nothing is. */
export function fieldProblem({ kind }: SettingField, text: string): string | undefined {
  if (kind === 'list' || text.trim() === '' || /^\d+(\.\d+)?$/.test(text.trim())) return undefined;
  return 'A number, without other signs.';
}

/** The change that makes the settings as the fields say. */
export function fieldChange(before: readonly string[], after: readonly string[]): SettingsChange {
  const change: Record<string, Record<string, unknown>> = {};
  for (const [index, field] of settingFields.entries()) {
    const text = (after[index] as string).trim();
    if (text === before[index]) continue;
    change[field.group] = { ...change[field.group], [field.member]: readText(field, text) };
  }
  return change as SettingsChange;
}

function settingOf(settings: DeploymentSettings, { group, member }: SettingField): unknown {
  return (settings[group] as Record<string, unknown> | undefined)?.[member];
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function readText({ kind }: SettingField, text: string): unknown {
  if (text === '') return null;
  if (kind === 'number') return Number(text);
  return text.split(/[\s,]+/).filter((part) => part !== '');
}
