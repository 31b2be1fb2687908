import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  isCardNumber,
  isEmail,
  isIban,
  isIpAddress,
  isNationalNumber,
} from '../../../engine/data/privacy/identifiers.ts';
import { suggestMark } from '../../../engine/data/privacy/suggest.ts';
import { dataProject } from '../../support/data-project.ts';
import { checkoutFolder } from '../../support/needs.ts';

test('numbers are recognised by their check digits', () => {
  // Published examples: the IBAN registry, card issuers' test numbers, national registries' documentation.
  for (const iban of ['GB82 WEST 1234 5698 7654 32', 'DE89370400440532013000', 'FR1420041010050500013M02606'])
    expect(isIban(iban), iban).toBe(true);
  for (const wrong of ['GB82 WEST 1234 5698 7654 33', 'DE8937040044053201300', 'XX'])
    expect(isIban(wrong), wrong).toBe(false);
  for (const card of ['4111 1111 1111 1111', '5555-5555-5555-4444', '378282246310005'])
    expect(isCardNumber(card)).toBe(true);
  for (const wrong of ['4111 1111 1111 1112', '1234567812345670', '79927398713'])
    expect(isCardNumber(wrong)).toBe(false);
  const national = [
    '12345678Z',
    'X1234567L',
    '111.444.777-35',
    '44051401359',
    '811228-9874',
    '2 55 08 14 168 025 38',
    'RSSMRA85T10A562S',
    '123-45-6789',
  ];
  for (const number of national) expect(isNationalNumber(number), number).toBe(true);
  const near = [
    '12345678A',
    '111.444.777-36',
    '44051401358',
    '811228-9875',
    '2 55 08 14 168 025 39',
    '000-12-3456',
    '11111111111',
  ];
  for (const number of near) expect(isNationalNumber(number), number).toBe(false);
  for (const address of ['192.168.0.1', '2001:db8::ff00:42:8329']) expect(isIpAddress(address)).toBe(true);
  for (const wrong of ['1.2.3', '256.1.1.1', '12:30:00', '12:30']) expect(isIpAddress(wrong), wrong).toBe(false);
  expect([isEmail('a.b+c@example.co.uk'), isEmail('a@b'), isEmail('a b@c.de')]).toEqual([true, false, false]);
});

function repeated(values: string[], count = 30): string[] {
  return Array.from({ length: count }, (_, index) => values[index % values.length] as string);
}

test('a suggestion needs evidence in the values, whatever the column is called', () => {
  const text = (name: string, values: string[]) => suggestMark({ name, type: 'text', values })?.mark;
  const numbers = (name: string, values: string[]) => suggestMark({ name, type: 'int64', values })?.mark;
  expect(text('kontakt', repeated(['a@example.org', 'b@example.org']))).toBe('personal');
  expect(text('email', repeated(['yes', 'no']))).toBeUndefined();
  expect(text('Nachname', ['Maria Muster', 'Peter Fluß', 'Erik Blå', 'Ana Río', 'Wei Chen', 'Jan Kees'])).toBe(
    'personal',
  );
  expect(text('name', ['Router X', 'Cable', 'Switch', 'Lamp', 'Desk', 'Chair'])).toBeUndefined();
  expect(text('ville', repeated(['12 rue de la Paix', 'Hauptstraße 5', '221b Baker Street']))).toBe('personal');
  expect(text('Telefonnummer', repeated(['030 1234567', '0171-1234567']))).toBe('personal');
  expect(text('part', repeated(['030 1234567', '0171-1234567']))).toBeUndefined();
  expect(suggestMark({ name: 'dateOfBirth', type: 'date', values: repeated(['1980-02-03']) })?.mark).toBe('personal');
  expect(suggestMark({ name: 'date', type: 'date', values: repeated(['1980-02-03']) })).toBeUndefined();
  expect(text('Geschlecht', repeated(['m', 'w', 'd']))).toBe('sensitive');
  expect(text('sexo', repeated(['Hombre', 'Mujer']))).toBe('sensitive');
  expect(text('sex_appeal', repeated(['high', 'low']))).toBeUndefined();
  expect(text('religion', repeated(['none', 'buddhist']))).toBe('sensitive');
  expect(text('color', repeated(['D', 'E', 'F']))).toBeUndefined();
  expect(numbers('age', repeated(['20', '31']))).toBe('sensitive');
  expect(numbers('age', repeated(['2000', '31']))).toBeUndefined();
  expect(numbers('card', repeated(['4111111111111111', '5555555555554444']))).toBe('personal');
  expect(
    numbers(
      'order',
      Array.from({ length: 300 }, (_, index) => String(4_111_111_111_110_000 + index)),
    ),
  ).toBeUndefined();
});

test('the sample data sets raise no false alarm', async () => {
  const { add, data } = dataProject();
  const samples = join(checkoutFolder, 'resources', 'samples');
  const first = (folder: string) =>
    join(samples, folder, readdirSync(join(samples, folder)).find((name) => name.endsWith('.csv')) ?? '');
  const found: Record<string, string[]> = {};
  for (const name of ['penguins', 'chicago_ridership', 'flights_monthly', 'seattle_weather']) {
    await add({ name, files: [first(name)] });
    const { columns } = await data.handlers.privacy({ reference: name });
    found[name] = columns.flatMap((column) => (column.suggestion ? [column.name] : []));
  }
  expect(found).toEqual({ penguins: ['sex'], chicago_ridership: [], flights_monthly: [], seattle_weather: [] });
});
