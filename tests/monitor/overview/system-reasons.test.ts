import { expect, test } from 'vitest';
import { type ServerFacts, systemReasons } from '../../../engine/monitor/overview/system-reasons.ts';

const objective = { availability: 0.995, days: 30, answered: 1, ready: 1, achieved: 1, budgetLeft: 1 };
const fine: ServerFacts = {
  ...{ wanted: 'running', status: 'running', error: null, requests: 1000, failed: 0, saturatedMinutes: 2 },
  objective,
};
const of = (changes: Partial<ServerFacts>) => systemReasons({ ...fine, ...changes });

test('a server that answers is good, one that is stopped is nothing', () => {
  expect(of({})).toEqual([{ light: 'good', about: 'system', says: 'Its server answers.' }]);
  expect(of({ wanted: 'stopped', status: 'stopped' })).toEqual([
    { light: 'unknown', about: 'system', says: 'It is stopped.' },
  ]);
});

test('a server that is gone says why', () => {
  expect(of({ status: 'failed', error: 'The model cannot be loaded.' })).toEqual([
    { light: 'bad', about: 'system', says: 'Its server does not run: The model cannot be loaded.' },
  ]);
  expect(of({ status: 'starting', error: 'The process ended by SIGKILL.' })[0]).toMatchObject({ light: 'warning' });
});

test('failures, saturation and the objective each have a say', () => {
  expect(of({ failed: 20 })[0]).toMatchObject({ light: 'warning', says: "2 % of the last hour's requests failed." });
  expect(of({ failed: 100 })[0]).toMatchObject({ light: 'bad' });
  expect(of({ requests: 10, failed: 5 })[0]).toMatchObject({ light: 'good' });
  expect(of({ saturatedMinutes: 12 })[0]).toMatchObject({ light: 'warning' });
  expect(of({ objective: { ...objective, achieved: 0.99, budgetLeft: -1 } })[0]).toEqual({
    light: 'bad',
    about: 'system',
    says: 'Available 99 % of 99.5 % over 30 days: the objective is missed.',
  });
  expect(of({ objective: { ...objective, achieved: 0.9955, budgetLeft: 0.1 } })[0]).toMatchObject({ light: 'warning' });
  expect(of({ failed: 100, saturatedMinutes: 60 })).toHaveLength(2);
});
