import { expect, test } from 'vitest';
import type { Connection } from '../../engine/contract/data-connections.ts';
import {
  emptyForm,
  formOf,
  nameProblem,
  placeOf,
  saveInput,
  settingsProblem,
  takesSecret,
} from '../../renderer/data/connections/connection-form.ts';

const shop: Connection = {
  id: 'con_1',
  name: 'shop',
  settings: { kind: 'postgres', host: 'db', port: 6432, database: 'shop', user: 'ada', tls: 'verify' },
  secret: 'keychain',
  datasets: [],
  createdAt: '2025-01-01T00:00:00.000Z',
};

test('a connection that is changed and saved as it is stays what it was, and its password too', () => {
  expect(saveInput(formOf(shop))).toEqual({ name: 'shop', rename: 'shop', settings: shop.settings });
});

test('fields of another kind are left out', () => {
  const form = { ...formOf(shop), kind: 'sqlite' as const };
  form.texts.path = ' /tmp/shop.db ';
  expect(saveInput(form).settings).toEqual({ kind: 'sqlite', path: '/tmp/shop.db' });
  expect(takesSecret(form)).toBe(false);
});

test('what is missing is said by the name of its field', () => {
  const form = emptyForm();
  expect(nameProblem(form)).toBe('Give it a name.');
  expect(settingsProblem(form)).toBe('Host is missing.');
  form.texts = { host: 'db', database: 'shop', user: 'ada', port: '99999' };
  expect(settingsProblem(form)).toContain('port');
  form.texts.port = '';
  expect(settingsProblem(form)).toBeUndefined();
  expect(saveInput({ ...form, name: 'a', secret: 'x' })).toEqual({
    name: 'a',
    secret: 'x',
    settings: { kind: 'postgres', host: 'db', database: 'shop', user: 'ada' },
  });
});

test('a secret is asked for where somebody is named', () => {
  expect(takesSecret({ ...emptyForm(), kind: 's3', texts: {} })).toBe(false);
  expect(takesSecret({ ...emptyForm(), kind: 's3', texts: { accessKey: 'k' } })).toBe(true);
  expect(takesSecret({ ...emptyForm(), kind: 'http', texts: { user: 'ada' } })).toBe(true);
});

test('a connection tells its place in one line', () => {
  expect(placeOf(shop.settings)).toBe('db:6432/shop');
  expect(placeOf({ kind: 's3', endpoint: 'https://s3.example', bucket: 'lake', prefix: 'a/' })).toBe(
    's3.example/lake/a/',
  );
});
