import {
  DeploymentSettings,
  defaultSettings,
  type LoggedRequests,
  type SettingsChange,
} from '../../engine/contract/deploy-settings.ts';
import { formatBytes } from '../ui/format.ts';
import { type NumberRule, numberProblem, numberText, percentScale, readNumber } from '../ui/number-field.ts';

/** A setting as a field of text: left empty it has its default. */
export interface SettingField {
  group: keyof DeploymentSettings;
  member: string;
  label: string;
  hint: string;
  kind: 'number' | 'percent' | 'bytes' | 'text' | 'list' | 'choice';
  /** What an empty list means. */
  empty?: string;
  /** What each part of a list is like. */
  example?: string;
  choices?: readonly { value: string; label: string }[];
}

export interface SettingSection {
  title: string;
  note: string;
  fields: readonly SettingField[];
  /** The port is set here, too, which is no setting but a property of the deployment. */
  hasPort?: true;
}

/** Written as a port, it is any free one. */
export const anyPort = 'any';
const portRule: NumberRule = { type: 'integer', minimum: 1, maximum: 65535 };

/** What is wrong with the text of a port; undefined where nothing is, or it is empty. */
export function portProblem(text: string): string | undefined {
  return numberProblem(text, portRule) && 'A number from 1 to 65535.';
}

/** The port to change to, null for any free one; undefined where the field is empty. */
export function readPort(text: string): number | null | undefined {
  return text.trim() === anyPort ? null : readNumber(text);
}

const loggedChoices: { value: LoggedRequests; label: string }[] = [
  { value: 'all', label: 'all' },
  { value: 'failures', label: 'failed ones' },
  { value: 'none', label: 'none' },
];

const yesOrNo = [
  { value: 'yes', label: 'yes' },
  { value: 'no', label: 'no' },
];

export const settingSections: readonly SettingSection[] = [
  {
    title: 'Requests',
    note: 'What is more than that is refused.',
    fields: [
      {
        group: 'limits',
        member: 'requestsPerMinute',
        label: 'Requests a minute',
        hint: 'of each key or address; 0: any number',
        kind: 'number',
      },
      { group: 'limits', member: 'rows', label: 'Rows a request', hint: 'in one body', kind: 'number' },
      { group: 'limits', member: 'bodyBytes', label: 'Bytes a request', hint: 'of one body', kind: 'bytes' },
      {
        group: 'limits',
        member: 'waitingRows',
        label: 'Rows that wait',
        hint: 'for the model, of all requests together',
        kind: 'number',
      },
      {
        group: 'limits',
        member: 'requestMilliseconds',
        label: 'Time to send a request, in ms',
        hint: 'slower callers are cut',
        kind: 'number',
      },
      { group: 'limits', member: 'connections', label: 'Connections', hint: 'open at a time', kind: 'number' },
    ],
  },
  {
    title: 'Batches',
    note: 'Rows that arrive together go to the model together.',
    fields: [
      { group: 'batch', member: 'rows', label: 'Rows a batch', hint: 'at most', kind: 'number' },
      {
        group: 'batch',
        member: 'milliseconds',
        label: 'Wait for a batch, in ms',
        hint: '0: only rows that arrive at once go together',
        kind: 'number',
      },
    ],
  },
  {
    title: 'Where it is reached',
    note: 'At another address or port it is started again; an address of the network asks for a key.',
    hasPort: true,
    fields: [
      {
        group: 'network',
        member: 'host',
        label: 'Address it listens at',
        hint: 'one of this machine; 0.0.0.0: all of them',
        kind: 'text',
      },
      {
        group: 'network',
        member: 'names',
        label: 'Names it is reached by',
        hint: 'on the network, beside its own',
        kind: 'list',
        empty: 'any',
        example: 'predict.example',
      },
      {
        group: 'cors',
        member: 'origins',
        label: 'Web pages that may call',
        hint: 'such as https://shop.example, with commas',
        kind: 'list',
        empty: 'none',
        example: 'https://shop.example',
      },
    ],
  },
  {
    title: 'Log of predictions',
    note: 'Rows with their answers, for reports, the tab Requests and labels that come later. What it keeps of marked columns is chosen at the switch.',
    fields: [
      {
        group: 'log',
        member: 'retentionDays',
        label: 'Days that rows are kept',
        hint: '0: for ever',
        kind: 'number',
      },
      {
        group: 'log',
        member: 'sampling',
        label: 'Rows that are logged, %',
        hint: 'by row id: the same rows every time',
        kind: 'percent',
      },
      {
        group: 'log',
        member: 'diskBytes',
        label: 'Bytes on the disk',
        hint: 'then the oldest rows go; 0: no bound',
        kind: 'bytes',
      },
    ],
  },
  {
    title: 'Profile',
    note: 'Sums of the rows by hour, without a row: what Prometheus and other projects see of drift. Changed, the server is started again.',
    fields: [
      {
        group: 'profile',
        member: 'enabled',
        label: 'Sum up rows',
        hint: 'counts and sketches of each column',
        kind: 'choice',
        choices: yesOrNo,
      },
      {
        group: 'profile',
        member: 'answered',
        label: 'Answer /profile',
        hint: 'to whoever may ask for predictions',
        kind: 'choice',
        choices: yesOrNo,
      },
    ],
  },
  {
    title: 'Log of the server',
    note: 'Lines with time, path, status and duration, without values of rows.',
    fields: [
      {
        group: 'serverLog',
        member: 'requests',
        label: 'Requests with a line',
        hint: 'two files of 4 MiB are kept at most',
        kind: 'choice',
        choices: loggedChoices,
      },
    ],
  },
];

export const settingFields: readonly SettingField[] = settingSections.flatMap(({ fields }) => fields);

/** What stands in the fields, in their order. */
export function fieldTexts(settings: DeploymentSettings): string[] {
  return settingFields.map((field) => textOf(field, settingOf(settings, field)));
}

/** The default of a field, as it would stand there. */
export function defaultText(field: SettingField): string {
  return textOf(field, settingOf(defaultSettings, field)) || (field.empty ?? '');
}

/** What helps to fill the field: of bytes also how many they are. */
export function fieldHint(field: SettingField, text: string): string {
  if (field.kind !== 'bytes' || fieldProblem(field, text) !== undefined) return field.hint;
  const bytes = readNumber(text || defaultText(field)) as number;
  return bytes === 0 ? field.hint : `${formatBytes(bytes)}; ${field.hint}`;
}

/** Whether figures alone are typed into the field. */
export function isNumeric({ kind }: SettingField): boolean {
  return kind === 'number' || kind === 'percent' || kind === 'bytes';
}

/** What is wrong with the text of a field; undefined where nothing is. */
export function fieldProblem(field: SettingField, text: string): string | undefined {
  const rule = ruleOf(field);
  if (isNumeric(field)) return numberProblem(text, rule, scaleOf(field));
  if (field.kind !== 'list') return undefined;
  const pattern = new RegExp(rule.items?.pattern ?? '');
  const wrong = parts(text).find((part) => !pattern.test(part));
  return wrong === undefined ? undefined : `“${wrong}” is none. Write it as ${field.example}, in small letters.`;
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

function ruleOf({ group, member }: SettingField): NumberRule & { items?: { pattern?: string } } {
  return (DeploymentSettings.properties[group].properties as Record<string, NumberRule>)[member] as NumberRule;
}

function scaleOf({ kind }: SettingField): number {
  return kind === 'percent' ? percentScale : 1;
}

function textOf(field: SettingField, value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return numberText(value, scaleOf(field));
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function readText(field: SettingField, text: string): unknown {
  if (text === '') return null;
  if (isNumeric(field)) return readNumber(text, scaleOf(field));
  if (field.choices === yesOrNo) return text === 'yes';
  return field.kind === 'list' ? parts(text) : text;
}

function parts(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}
