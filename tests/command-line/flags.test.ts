import { expect, test } from 'vitest';
import { listFlag, numberFlag, parameterFlag } from '../../engine/command-line/command.ts';
import { commands } from '../../engine/command-line/commands.ts';
import { commandHelp, generalHelp } from '../../engine/command-line/help.ts';
import { table } from '../../engine/command-line/table.ts';
import { callsByName } from '../../engine/contract/index.ts';

test('lists are given with commas or several times', () => {
  expect(listFlag({ key: ['a,b', 'c'] }, 'key')).toEqual(['a', 'b', 'c']);
  expect(listFlag({}, 'key')).toBeUndefined();
});

test.each(['', 'five', '1x'])('%j is not a number', (text) => {
  expect(() => numberFlag({ port: text }, 'port')).toThrow(expect.objectContaining({ code: 'cli.usage' }));
});

test('parameters keep their types', () => {
  expect(parameterFlag({ param: ['alpha=0.5', 'fit=true', 'name=a=b'] }, 'param')).toEqual({
    alpha: 0.5,
    fit: true,
    name: 'a=b',
  });
  expect(() => parameterFlag({ param: ['alpha'] }, 'param')).toThrow(expect.objectContaining({ code: 'cli.usage' }));
});

test('every command leads to a call of the contract and shows an example of itself', () => {
  for (const command of commands) {
    expect(callsByName.has(command.call), command.words).toBe(true);
    expect(command.example.startsWith(`galley ${command.words}`), command.words).toBe(true);
    expect(commandHelp(command)).toContain(command.example);
    expect(generalHelp(commands)).toContain(command.words);
  }
});

test('numbers stand at the right', () => {
  expect(
    table(
      ['name', 'rows'],
      [
        ['a', 5],
        ['bc', 12345],
      ],
    ),
  ).toEqual(['name    rows', 'a          5', 'bc    12,345']);
});
