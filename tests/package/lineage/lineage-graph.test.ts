import { expect, test } from 'vitest';
import { lineageLines } from '../../../engine/command-line/package-lineage-command.ts';
import type { LineageGraph, LineageNode } from '../../../engine/contract/package-lineage.ts';
import { deploymentsOf } from '../../../engine/deploy/deploy-lineage.ts';
import { Deployments } from '../../../engine/deploy/deployments.ts';
import { DeploymentKeys } from '../../../engine/deploy/keys.ts';
import { DeploymentStore } from '../../../engine/deploy/store.ts';
import { alertsOf } from '../../../engine/monitor/alert-lineage.ts';
import { AlertStore } from '../../../engine/monitor/alerts/alert-store.ts';
import { openEngine } from '../../deploy/open-engine.ts';
import { registryProject } from '../registry/registry-project.ts';

const titles = ({ nodes }: LineageGraph) => nodes.map(({ kind, title }) => `${kind} ${title}`);
const links = ({ nodes, edges }: LineageGraph) => {
  const name = (id: string) => nodes.find((node) => node.id === id)?.title;
  return edges.map(({ from, to, label }) => [name(from), name(to), label]);
};

test('the lineage of a version leads from its file to its alerts, that of a dataset to all that came of it', async () => {
  const { packages, data, trainOne, add, addRows } = await registryProject();
  const { handlers } = packages;
  await add((await trainOne('species')).id);
  const mass = await trainOne('body_mass_g');
  await add(mass.id, 'mass');
  await add(mass.id, 'mass');
  await trainOne('island');
  const node = (kind: 'deployment' | 'alert', title: string, version: number | null): LineageNode => ({
    id: `${kind}:${title}`,
    kind,
    title,
    lines: [],
    name: 'live',
    version,
  });
  packages.addDescendants(({ kind, title }) =>
    kind === 'version' && title.startsWith('mass@')
      ? [{ node: node('deployment', 'live', null), label: 'serves it' }]
      : [],
  );
  packages.addDescendants(({ kind }) =>
    kind === 'deployment'
      ? [1, 7].map((version) => ({ node: node('alert', `drift of ${version}`, version), label: `version ${version}` }))
      : [],
  );

  const version = await handlers.lineage({ kind: 'version', reference: 'mass@1' });
  expect(version.nodes.find(({ id }) => id === version.focus)?.title).toBe('mass@1');
  expect(titles(version)).toEqual([
    'run run 2, baseline',
    'dataset penguins@1',
    'source penguins.csv',
    'version mass@1',
    'deployment live',
    'alert drift of 1',
  ]);
  expect(links(version)).toEqual([
    ['penguins.csv', 'penguins@1', ''],
    ['penguins@1', 'run 2, baseline', ''],
    ['run 2, baseline', 'mass@1', ''],
    ['mass@1', 'live', 'serves it'],
    ['live', 'drift of 1', 'version 1'],
  ]);

  expect(lineageLines({ ...version, left: { run: 3 } })).toEqual([
    expect.stringMatching(/^penguins\.csv \(344 rows, md5 /),
    '  penguins@1 (344 rows, 8 columns)',
    expect.stringMatching(/^ {4}run 2, baseline \(/),
    expect.stringMatching(/^ {6}mass@1 \(.* bytes of ONNX\)$/),
    '        live [serves it]',
    '          drift of 1 [version 1]',
    'and 3 more runs',
  ]);

  const dataset = await handlers.lineage({ kind: 'dataset', reference: 'penguins@1' });
  expect(dataset.nodes.find(({ id }) => id === dataset.focus)).toMatchObject({ name: 'penguins', version: 1 });
  expect(titles(dataset).filter((title) => /^(run|version)/.test(title))).toEqual([
    'run run 2, baseline',
    'version mass@1',
    'version mass@2',
    'run run 1, baseline',
    'version penguins@1',
    'run run 3, baseline',
  ]);
  expect(links(dataset)).toEqual(expect.arrayContaining([['mass@2', 'live', 'serves it']]));
  expect(titles(dataset).filter((title) => title.startsWith('alert'))).toEqual(['alert drift of 1']);
  expect(dataset.left).toEqual({});

  const other = await handlers.lineage({ kind: 'version', reference: 'mass@2' });
  expect(titles(other)).not.toContain('alert drift of 1');
  await handlers.delete({ reference: 'mass@1' });
  const after = await handlers.lineage({ kind: 'dataset', reference: 'penguins' });
  expect(after.nodes.find(({ title }) => title === 'mass@1')).toMatchObject({ lines: ['was deleted'], name: null });
  await addRows('other', 'a,b\n1,2\n');
  await data.handlers.delete({ reference: 'penguins', force: true });
  const gone = await handlers.lineage({ kind: 'version', reference: 'mass@2' });
  expect(gone.nodes.find(({ kind }) => kind === 'dataset')).toMatchObject({ lines: ['was deleted'], name: null });
  await expect(handlers.lineage({ kind: 'dataset', reference: 'penguins' })).rejects.toMatchObject({
    code: 'data.unknown_dataset',
  });
});

test('deployments tell what they have of a version, and alerts which version they are about', () => {
  const engine = openEngine();
  const store = new DeploymentStore(engine.database);
  const deployments = new Deployments(engine, store, new DeploymentKeys(engine));
  const spec = {
    id: 'dep_1',
    name: 'live',
    model: 'price',
    follows: null,
    version: 2,
    wanted: 'running' as const,
    port: null,
    logMask: null,
    settings: {},
    createdAt: 0,
  };
  store.save(spec);
  deployments.activate({ ...spec, version: 1 }, 'mv_1', 'started');
  deployments.activate(spec, 'mv_2', 'moved');
  deployments.divide(spec, { canary: { version: 3, percent: 10 }, shadow: 4, bounds: null }, [], []);
  const ask = deploymentsOf(deployments);
  const version = (number: number): LineageNode => ({
    id: `version:mv_${number}`,
    kind: 'version',
    title: `price@${number}`,
    lines: [],
    name: 'price',
    version: number,
  });
  expect([1, 2, 3, 4, 5].map((number) => ask(version(number)).map(({ label }) => label))).toEqual([
    ['served it before'],
    ['serves it'],
    ['canary at 10 %'],
    ['shadow'],
    [],
  ]);
  const [{ node } = { node: version(9) }] = ask(version(2));
  expect(node).toMatchObject({ id: 'deployment:dep_1', title: 'live', lines: ['on', 'pinned'] });
  expect(ask({ ...version(2), name: 'other' })).toEqual([]);

  const alerts = new AlertStore(engine.database);
  const breach = {
    rule: 'drift',
    cause: 'drift' as const,
    severity: 'warning' as const,
    title: 'fare drifts',
    detail: '',
    lookAt: '',
    contributions: [],
    since: 0,
    from: 0,
    to: 1,
  };
  alerts.raise({ id: 'al_1', deploymentId: 'dep_1', version: 2, breaches: [breach], raisedAt: 86_400_000 });
  expect(alertsOf(alerts)(node)).toEqual([
    {
      node: {
        id: 'alert:al_1',
        kind: 'alert',
        title: 'fare drifts',
        lines: ['open', '1970-01-02'],
        name: 'live',
        version: 2,
      },
      label: 'version 2',
    },
  ]);
  expect(alertsOf(alerts)(version(2))).toEqual([]);
});
