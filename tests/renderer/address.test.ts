import { expect, test } from 'vitest';
import { address, addressOfPhase, parseAddress, type Route, ticketOf } from '../../renderer/client/address.ts';
import type { MonitorView } from '../../renderer/client/monitor-view.ts';

const view: MonitorView = {
  range: { since: '2014-01-01T00:00:00.000Z', until: '2016-01-01T00:00:00.000Z' },
  size: 'quarter',
  current: { since: '2015-10-01T00:00:00.000Z', until: '2015-12-31T12:30:00.000Z' },
  reference: { since: '2014-10-01T00:00:00.000Z', until: '2015-01-01T00:00:00.000Z' },
  column: 'a column/with all?',
};

test.each<[string, Route]>([
  [address.circle(), { page: 'circle', model: undefined }],
  [address.circle('ridership'), { page: 'circle', model: 'ridership' }],
  [address.data(), { page: 'data' }],
  [address.dataset('flights'), { page: 'dataset', name: 'flights', version: undefined, tab: 'rows' }],
  [address.dataset('flights', 3), { page: 'dataset', name: 'flights', version: 3, tab: 'rows' }],
  [address.dataset('flights', 3, 'columns'), { page: 'dataset', name: 'flights', version: 3, tab: 'columns' }],
  [
    address.dataset('flights', undefined, 'lineage'),
    { page: 'dataset', name: 'flights', version: undefined, tab: 'lineage' },
  ],
  [address.train('a@3', 'y', 'job_1'), { page: 'train', data: 'a@3', target: 'y', job: 'job_1' }],
  [address.run('run_1', 'recipe'), { page: 'run', run: 'run_1', tab: 'recipe' }],
  [address.runs('metrics.r2 > 0'), { page: 'runs', filter: 'metrics.r2 > 0', view: undefined }],
  [address.runs(undefined, 'large trees'), { page: 'runs', filter: undefined, view: 'large trees' }],
  [address.run('run_1', 'slices', 329), { page: 'run', run: 'run_1', tab: 'slices', row: 329 }],
  [address.sweep('3'), { page: 'sweep', sweep: '3' }],
  [address.compare(['run_1', 'run_2']), { page: 'compare', runs: ['run_1', 'run_2'] }],
  [address.package('m', 4), { page: 'package', model: 'm', version: 4 }],
  [address.versions('m@1', 'n@2'), { page: 'versions', a: 'm@1', b: 'n@2', on: undefined }],
  [address.versions('m@1', 'm@2', 'd@3'), { page: 'versions', a: 'm@1', b: 'm@2', on: 'd@3' }],
  [address.card('m', 4), { page: 'card', model: 'm', version: 4 }],
  [address.deploy('m'), { page: 'deploy', deployment: 'm', tab: 'overview' }],
  [address.deploy('m', 'streams'), { page: 'deploy', deployment: 'm', tab: 'streams' }],
  [address.monitor(), { page: 'monitor', deployment: undefined, tab: 'timeline', view: {} }],
  [address.monitor('m', 'alerts'), { page: 'monitor', deployment: 'm', tab: 'alerts', view: {} }],
  [address.monitor('m', 'columns', view), { page: 'monitor', deployment: 'm', tab: 'columns', view }],
  [address.retrain('plr_1'), { page: 'retrain', run: 'plr_1' }],
  [address.retrain('plr_1', { step: 'fit (trees, 30d)' }), { page: 'retrain', run: 'plr_1', step: 'fit (trees, 30d)' }],
  [address.calendar(), { page: 'calendar' }],
  [address.retrain(undefined, { pipeline: 'weekly' }), { page: 'retrain', pipeline: 'weekly' }],
  [address.settings(), { page: 'settings' }],
  [address.help('psi'), { page: 'help', term: 'psi' }],
])('the address %s leads back to what it was made from', (made, route) => {
  expect(parseAddress(made)).toEqual(route);
});

test('an address that is none says so', () => {
  expect(parseAddress('#/nowhere')).toEqual({ page: 'unknown', address: '#/nowhere' });
  for (const wrong of ['#/data/x/abc', '#/data/x/0', '#/data/x/3/abc', '#/data/x/rows/columns'])
    expect(parseAddress(wrong)).toEqual({ page: 'unknown', address: wrong });
  expect(parseAddress('')).toEqual({ page: 'circle' });
  expect(parseAddress('#/data/%E0%A4%A')).toMatchObject({ page: 'dataset', name: '%E0%A4%A' });
  expect(parseAddress('#/package/m/0')).toMatchObject({ version: undefined });
});

test('a span of time that cannot be is left out of the address of Monitor', () => {
  for (const wrong of ['2015-01-01', '2015-01-01~', '~2015-01-01', 'a~b', '2016-01-01~2015-01-01'])
    expect(parseAddress(`#/monitor/m/nowhere?now=${wrong}&size=century`)).toEqual({
      page: 'monitor',
      deployment: 'm',
      tab: 'timeline',
      view: {},
    });
});

test('a ticket is taken only from a fragment that is nothing else', () => {
  expect(ticketOf('#ticket=AB-c_1')).toBe('AB-c_1');
  expect(ticketOf('#/data?ticket=AB')).toBeUndefined();
  expect(ticketOf('#ticket=')).toBeUndefined();
});

test('phases have pages, anything else leads home', () => {
  expect(addressOfPhase('monitor')).toBe('#/monitor');
  expect(addressOfPhase('demo')).toBe('#/circle');
});
