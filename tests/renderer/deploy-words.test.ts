import { describe, expect, test } from 'vitest';
import { DeploymentSettings, defaultSettings, wholeSettings } from '../../engine/contract/deploy-settings.ts';
import { fieldKind, firstRow, parseField, sliderRange, stepDecimals } from '../../engine/contract/try-values.ts';
import type { Signature } from '../../engine/contract/values.ts';
import { readAnswer } from '../../renderer/deploy/answer.ts';
import {
  defaultText,
  fieldChange,
  fieldHint,
  fieldProblem,
  fieldTexts,
  portProblem,
  readPort,
  type SettingField,
  settingFields,
} from '../../renderer/deploy/setting-fields.ts';
import { snippet, snippetKinds, streamSnippet } from '../../renderer/deploy/snippets.ts';
import { whoMayCall } from '../../renderer/deploy/who-may-call.ts';

const signature: Signature = {
  task: 'regression',
  target: 'ridership',
  inputs: [
    { name: 'temp', type: 'float64', tensor: 'float', nullable: true, minimum: -12, maximum: 92 },
    { name: 'rides', type: 'int64', tensor: 'float', nullable: true, minimum: 0, maximum: 9 },
    { name: 'weekday', type: 'text', tensor: 'string', nullable: true, categories: ['mon', 'tue'] },
    { name: 'date', type: 'date', tensor: 'string', nullable: false, example: '2015-02-04' },
    { name: 'open', type: 'boolean', tensor: 'float', nullable: true },
  ],
};

describe('the form', () => {
  test('starts in the middle of what was seen', () => {
    expect(firstRow(signature)).toEqual({ temp: 40, rides: 5, weekday: 'mon', date: '2015-02-04', open: false });
    expect(signature.inputs.map(fieldKind)).toEqual(['number', 'number', 'choice', 'date', 'boolean']);
  });

  test('lets the unseen be tried', () => {
    const range = sliderRange(signature.inputs[0] as Signature['inputs'][number]);
    expect(range?.minimum).toBeLessThan(-12);
    expect(range?.maximum).toBeGreaterThan(92);
    expect(range?.seen).toEqual([-12, 92]);
    expect(
      sliderRange({ name: 'x', type: 'float64', tensor: 'float', nullable: true, minimum: 1, maximum: 1 }),
    ).toBeUndefined();
    expect([0.01, 0.1, 1, 10].map(stepDecimals)).toEqual([2, 1, 0, 0]);
  });

  test('sends an empty box as missing, and text as it is', () => {
    const temp = signature.inputs[0] as Signature['inputs'][number];
    expect(parseField(temp, ' ')).toBeNull();
    expect(parseField(temp, '12.5')).toBe(12.5);
    expect(parseField(temp, 'warm')).toBe('warm');
  });
});

describe('an answer', () => {
  test('of one row or of many, a number or a class', () => {
    expect(readAnswer({ version: 3, row_id: 'r', prediction: 22.1 }, {})).toEqual({
      version: 3,
      value: 22.1,
      probabilities: [],
      flags: [],
      explanation: undefined,
    });
    const many = readAnswer(
      {
        version: 1,
        predictions: [{ label: 'b', probabilities: { a: 0.2, b: 0.8 }, flags: [{ field: 'x', flag: 'out_of_range' }] }],
      },
      {},
    );
    expect(many?.value).toBe('b');
    expect(many?.probabilities.map((one) => one.name)).toEqual(['b', 'a']);
    expect(many?.flags).toEqual([{ field: 'x', flag: 'out_of_range' }]);
    expect(readAnswer('nonsense', {})).toBeUndefined();
  });

  test('its explanation adds up, with the values that were asked for', () => {
    const contributions = [
      { column: 'rain', contribution: -30, error: 0.5 },
      { column: 'temp', contribution: 10, error: 0.25 },
    ];
    const answer = readAnswer(
      { prediction: 117, explanation: { class: null, base: 137, contributions } },
      { rain: 11 },
    );
    expect(answer?.explanation).toEqual({
      class: null,
      base: 137,
      total: 117,
      error: 0.5,
      columns: [
        { name: 'rain', value: 11, contribution: -30 },
        { name: 'temp', value: undefined, contribution: 10 },
      ],
    });
  });
});

describe('snippets', () => {
  const row = { stop: "O'Hare", temp: null, open: true };

  test('carry the row as each language writes it', () => {
    expect(snippet('curl', 'http://127.0.0.1:1', row)).toContain("O'\\''Hare");
    expect(snippet('Python', 'http://127.0.0.1:1', row)).toContain(`{"stop": "O'Hare", "temp": None, "open": True}`);
    expect(snippet('JavaScript', 'http://127.0.0.1:1', row)).toContain(JSON.stringify({ row }));
  });

  test('lines are sent with a key where one is needed', () => {
    expect(streamSnippet('http://127.0.0.1:1', false)).not.toContain('KEY');
    expect(streamSnippet('http://127.0.0.1:1', true)).toContain('-H "authorization: Bearer $GALLEY_KEY"');
  });

  test.each(snippetKinds)('%s sends a key from the environment where one is needed', (kind) => {
    expect(snippet(kind, 'http://127.0.0.1:1', row, true)).toMatch(/authorization.*Bearer .*GALLEY_KEY/);
    expect(snippet(kind, 'http://127.0.0.1:1', row)).not.toContain('KEY');
  });
});

describe('settings as fields', () => {
  const settings = { limits: { rows: 10 }, cors: { origins: ['https://a.example', 'https://b.example'] } };
  const texts = fieldTexts(settings);
  const at = (label: string) => settingFields.findIndex((field) => field.label === label);
  const changed = (label: string, text: string) => fieldChange(texts, texts.with(at(label), text));

  test('only what was changed is sent, and what was emptied goes back to its default', () => {
    expect(texts[at('Rows a request')]).toBe('10');
    expect(texts[at('Connections')]).toBe('');
    expect(fieldChange(texts, texts)).toEqual({});
    expect(changed('Rows a request', '')).toEqual({ limits: { rows: null } });
    expect(changed('Connections', ' 5 ')).toEqual({ limits: { connections: 5 } });
    expect(changed('Web pages that may call', 'https://a.example https://c.example,')).toEqual({
      cors: { origins: ['https://a.example', 'https://c.example'] },
    });
  });

  test('there is a field for all that can be set, but for what has a switch of its own', () => {
    const settable = Object.entries(DeploymentSettings.properties).flatMap(([group, { properties }]) =>
      Object.keys(properties).map((member) => `${group}.${member}`),
    );
    const fields = settingFields.map(({ group, member }) => `${group}.${member}`);
    expect([...fields, 'network.requireKey'].sort()).toEqual(settable.sort());
  });

  test('a number is one, and within what the engine takes', () => {
    const field = settingFields[at('Connections')] as SettingField;
    for (const text of ['', '5', ' 12 ']) expect(fieldProblem(field, text)).toBeUndefined();
    for (const text of ['x', '-5', '1e3', '1,000', '0', '2.5', '100001'])
      expect(fieldProblem(field, text)).toBe('A whole number from 1 to 100,000.');
    expect(fieldProblem(settingFields[at('Bytes a request')] as SettingField, '5')).toBe(
      'A whole number from 64 to 1,073,741,824.',
    );
    expect(defaultText(field)).toBe(String(defaultSettings.limits.connections));
  });

  test('what is switched on or off is a boolean of the settings', () => {
    expect(fieldTexts({ profile: { enabled: false } })[at('Sum up rows')]).toBe('no');
    expect(defaultText(settingFields[at('Answer /profile')] as SettingField)).toBe('yes');
    expect(changed('Answer /profile', 'no')).toEqual({ profile: { answered: false } });
    expect(changed('Sum up rows', 'yes')).toEqual({ profile: { enabled: true } });
  });

  test('a port is a number, any free one, or left as it is', () => {
    expect(['', ' any ', '8471'].map(readPort)).toEqual([undefined, null, 8471]);
    for (const text of ['', '1', ' 65535 ']) expect(portProblem(text)).toBeUndefined();
    for (const text of ['0', '65536', 'free']) expect(portProblem(text)).toBe('A number from 1 to 65535.');
  });

  test('shares are written in percent, sizes told in units, and lists judged part by part', () => {
    const sampling = settingFields[at('Rows that are logged, %')] as SettingField;
    expect(defaultText(sampling)).toBe('100');
    expect(fieldTexts({ log: { sampling: 0.07 } })[at('Rows that are logged, %')]).toBe('7');
    expect(changed('Rows that are logged, %', '2.5')).toEqual({ log: { sampling: 0.025 } });
    expect(fieldProblem(sampling, '101')).toBe('A number from 0 to 100.');

    const disk = settingFields[at('Bytes on the disk')] as SettingField;
    expect(fieldHint(disk, '2000000000')).toBe('2.0 GB; then the oldest rows go; 0: no bound');
    expect(fieldHint(disk, '')).toMatch(/^10\.7 GB; /);
    for (const text of ['0', 'x']) expect(fieldHint(disk, text)).toBe(disk.hint);

    const pages = settingFields[at('Web pages that may call')] as SettingField;
    expect(fieldProblem(pages, 'https://a.example, http://localhost:3000')).toBeUndefined();
    expect(fieldProblem(pages, 'https://a.example, shop')).toBe(
      '“shop” is none. Write it as https://shop.example, in small letters.',
    );
  });

  test('who may call is said as the settings are', () => {
    const network = (change: object) => wholeSettings({ network: change });
    expect(whoMayCall(network({}))).toBe('this machine only; no key needed');
    expect(whoMayCall(network({ requireKey: true }))).toBe('this machine only; with an API key');
    expect(whoMayCall(network({ host: '0.0.0.0' }))).toBe('this machine and the network; with an API key');
  });
});
