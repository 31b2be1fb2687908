import {
  type ColumnSettings,
  type ColumnsSettings,
  columnRoles,
  type LearningOptions,
} from '../contract/train-features.ts';
import { entriesFlag, type Flags, pairsFlag, parameterFlag, usageError } from './command.ts';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;

/** Flags that say how columns become features and how rows count, the same for every command that trains. */
export const learningFlags = {
  role: list,
  order: list,
  column: list,
  interact: list,
  'target-transform': text,
  weights: text,
  'class-weights': text,
};

export const learningUsage =
  '[--role COL=ROLE]… [--order COL=LOW,…,HIGH]… [--column COL:SETTING=VALUE]… [--interact COL,COL]… [--target-transform log|log1p] [--weights COL] [--class-weights balanced|CLASS=N,…]';

const numberSettings = ['minimumCount', 'minimumShare', 'columns', 'minimumRows'];
const textSettings = ['method', 'tokens', 'terms', 'columns', 'minimumRows'];

/** What the flags say; members that no flag speaks of are left out. @throws GalleyError `cli.usage` */
export function learningOptionsOf(flags: Flags): LearningOptions {
  const columns = columnsOf(flags);
  const interactions = pairsFlag(flags, 'interact', ',');
  const classes = classWeightsOf(flags);
  return {
    ...(Object.keys(columns).length > 0 && { columns }),
    ...(interactions.length > 0 && { interactions }),
    ...(typeof flags['target-transform'] === 'string' && {
      targetTransform: flags['target-transform'] as LearningOptions['targetTransform'],
    }),
    ...((flags.weights !== undefined || classes !== undefined) && {
      weights: {
        ...(typeof flags.weights === 'string' && { column: flags.weights }),
        ...(classes !== undefined && { classes }),
      },
    }),
  };
}

function columnsOf(flags: Flags): ColumnsSettings {
  const columns = new Map<string, ColumnSettings>();
  const add = (name: string, settings: ColumnSettings) => {
    const before = columns.get(name) ?? {};
    const both = before.text && settings.text && { text: { ...before.text, ...settings.text } };
    columns.set(name, { ...before, ...settings, ...both });
  };
  for (const [name, role] of pairsFlag(flags, 'role', '=')) {
    if (!(columnRoles as readonly string[]).includes(role)) {
      throw usageError(`--role takes ${columnRoles.join(', ')}, not "${role}".`);
    }
    add(name, { role: role as ColumnSettings['role'] });
  }
  for (const [name, order] of pairsFlag(flags, 'order', '=')) add(name, { order: order.split(',') });
  for (const entry of entriesFlag(flags, 'column')) {
    const [, name, setting, value] = /^(.+):([a-z-]+)=(.*)$/s.exec(entry) ?? [];
    if (name === undefined || setting === undefined || value === undefined) {
      throw usageError(`--column takes COLUMN:SETTING=VALUE, not "${entry}".`);
    }
    add(name, settingOf(camelCase(setting), value));
  }
  return Object.fromEntries(columns);
}

/** The call's own check says what a setting takes. */
function settingOf(setting: string, value: string): ColumnSettings {
  const parsed = readValue(setting, value);
  return (textSettings.includes(setting) ? { text: { [setting]: parsed } } : { [setting]: parsed }) as ColumnSettings;
}

function readValue(setting: string, value: string): unknown {
  if (setting === 'parts') return value.split(',');
  if (setting === 'indicator') return value === 'true';
  if (setting === 'terms') {
    const [shortest, longest = shortest] = value.split('-').map(Number);
    return { shortest, longest };
  }
  const isNumber = numberSettings.includes(setting) || setting === 'impute';
  return isNumber && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value;
}

function camelCase(words: string): string {
  return words.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function classWeightsOf(flags: Flags): NonNullable<LearningOptions['weights']>['classes'] {
  const value = flags['class-weights'];
  if (typeof value !== 'string') return undefined;
  if (value === 'balanced') return value;
  const given = parameterFlag({ 'class-weights': value.split(',') }, 'class-weights') ?? {};
  const faulty = Object.entries(given).find(([, weight]) => typeof weight !== 'number');
  if (faulty) throw usageError(`--class-weights takes balanced or CLASS=NUMBER,…; "${faulty[0]}" has ${faulty[1]}.`);
  return given as Record<string, number>;
}
