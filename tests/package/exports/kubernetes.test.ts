import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { dirname, join, normalize } from 'node:path';
import * as operator from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import * as apps from 'kubernetes-models/apps/v1';
import * as autoscaling from 'kubernetes-models/autoscaling/v2';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { InferenceSession, Tensor, type TypedTensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { defaultObjective } from '../../../engine/contract/monitor-system.ts';
import { objectiveValues } from '../../../engine/package/exports/availability-bounds.ts';
import type { ExportFile } from '../../../engine/package/exports/exporter.ts';
import { measureServer } from '../../../engine/package/exports/kubernetes/measure-server.ts';
import { clusterNames } from '../../../engine/package/exports/kubernetes/names.ts';
import { serverResources } from '../../../engine/package/exports/kubernetes/server-resources.ts';
import { tritonConfig } from '../../../engine/package/exports/kubernetes/triton-config.ts';
import { filledIn } from '../../../engine/package/exports/templates.ts';
import { ridersConfig, runningServer, send } from '../../serving/running-server.ts';
import { type Manifest, manifestFaults } from '../../support/manifest-schemas.ts';
import { checkoutFolder, needsProgram } from '../../support/needs.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeExportFiles } from '../../support/write-export-files.ts';
import { kubernetesFiles, manifestsOf, measured } from './kubernetes-files.ts';
import { ridersSource, textOf } from './riders-source.ts';

type Model = { validate(): void };
type ModelClass = new (data: never) => Model;

const models: Record<string, ModelClass> = {
  ...core,
  ...apps,
  ...autoscaling,
  ...networking,
  ...policy,
  ...operator,
} as unknown as Record<string, ModelClass>;

/** Of a Deployment and of an InferenceService. */
interface Container {
  name: string;
  image: string;
  env: { name: string; value?: string }[];
  ports: { name?: string; containerPort: number }[];
  volumeMounts: { name: string; mountPath: string }[];
  resources: unknown;
  securityContext: unknown;
  [probe: string]: unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: the tests look into manifests of every kind
const at = (manifests: Map<string, Manifest>, path: string): any => manifests.get(path);

test('every manifest is valid, and has no field that its kind does not know', async () => {
  const manifests = manifestsOf(await kubernetesFiles());
  expect([...manifests.values()].map(({ kind }) => kind).sort()).toEqual([
    'ConfigMap',
    'Deployment',
    'HorizontalPodAutoscaler',
    'HorizontalPodAutoscaler',
    'InferenceService',
    'InferenceService',
    'Ingress',
    'Namespace',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'PrometheusRule',
    'Service',
    'ServiceAccount',
    'ServiceMonitor',
  ]);
  for (const [path, manifest] of manifests) {
    // A patch has only what it changes.
    if (path.endsWith('replicas.yaml')) continue;
    expect(manifestFaults(manifest), path).toEqual([]);
    if (manifest.kind === 'InferenceService') continue;
    const model = new (models[manifest.kind] as ModelClass)(manifest as never);
    expect(() => model.validate(), path).not.toThrow();
  }
});

test('the strict check finds what is misspelled, missing and of another type', async () => {
  const deployment = at(manifestsOf(await kubernetesFiles()), 'base/deployment.yaml');
  deployment.spec.template.spec.containers[0].livenesProbe = {};
  deployment.spec.template.spec.containers[0].securityContext.runAsUser = '1000';
  deployment.spec.selector = undefined;
  delete deployment.spec.selector;
  expect(manifestFaults(deployment)).toEqual([
    'spec.selector is missing',
    'spec.template.spec.containers[0].securityContext.runAsUser is "1000", not of type integer',
    'spec.template.spec.containers[0].livenesProbe is not known',
  ]);
});

test('selectors, ports, accounts, secrets and scaled objects are those that are there', async () => {
  const manifests = manifestsOf(await kubernetesFiles());
  const deployment = at(manifests, 'base/deployment.yaml');
  const pod = deployment.spec.template;
  const container = pod.spec.containers[0] as Container;
  const selectors = [
    deployment.spec.selector.matchLabels,
    at(manifests, 'base/service.yaml').spec.selector,
    at(manifests, 'base/pod-disruption-budget.yaml').spec.selector.matchLabels,
    at(manifests, 'base/network-policy.yaml').spec.podSelector.matchLabels,
    ...pod.spec.topologySpreadConstraints.map(
      (constraint: { labelSelector: { matchLabels: unknown } }) => constraint.labelSelector.matchLabels,
    ),
  ];
  for (const selector of selectors) expect(pod.metadata.labels).toMatchObject(selector);
  expect(selectors).not.toContainEqual(expect.objectContaining({ 'app.kubernetes.io/version': expect.anything() }));
  const service = at(manifests, 'base/service.yaml');
  const monitor = at(manifests, 'monitoring/service-monitor.yaml');
  expect(service.metadata.labels).toMatchObject(monitor.spec.selector.matchLabels);
  const ports = container.ports.map(({ name }) => name);
  expect(ports).toContain(service.spec.ports[0].targetPort);
  expect(ports).toContain(at(manifests, 'base/network-policy.yaml').spec.ingress[0].ports[0].port);
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    expect(ports).toContain((container[probe] as { httpGet: { port: string } }).httpGet.port);
  }
  expect(monitor.spec.endpoints[0].port).toBe(service.spec.ports[0].name);
  expect(at(manifests, 'overlays/example/ingress.yaml').spec.rules[0].http.paths[0].backend.service).toEqual({
    name: service.metadata.name,
    port: { name: service.spec.ports[0].name },
  });
  expect(pod.spec.serviceAccountName).toBe(at(manifests, 'base/service-account.yaml').metadata.name);
  expect(at(manifests, 'base/horizontal-pod-autoscaler.yaml').spec.scaleTargetRef.name).toBe(deployment.metadata.name);
  expect(container.volumeMounts.map(({ name }) => name)).toEqual(pod.spec.volumes.map(({ name }: Container) => name));
  const { secretName } = pod.spec.volumes[0].secret;
  expect(monitor.spec.endpoints[0].authorization.credentials).toEqual({ name: secretName, key: 'token' });
  expect(textOf(await kubernetesFiles(), 'README.md')).toContain(
    `create secret generic ${secretName} --from-literal=token=`,
  );
  const grace = pod.spec.terminationGracePeriodSeconds;
  expect(grace).toBeGreaterThan(
    (container.lifecycle as { preStop: { sleep: { seconds: number } } }).preStop.sleep.seconds + 5,
  );
});

test('pods have no rights, as the standard "restricted" wants it', async () => {
  const manifests = manifestsOf(await kubernetesFiles());
  const pod = at(manifests, 'base/deployment.yaml').spec.template.spec;
  const served = at(manifests, 'kserve/server/inference-service.yaml').spec.predictor;
  for (const { automountServiceAccountToken, containers } of [pod, served]) {
    expect(automountServiceAccountToken).toBe(false);
    expect(containers[0].securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  }
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
});

test('user and port are those of the image of the Docker package', async () => {
  const dockerfile = readFileSync(join(checkoutFolder, 'resources', 'exports', 'docker', 'Dockerfile'), 'utf8');
  const container = at(manifestsOf(await kubernetesFiles()), 'base/deployment.yaml').spec.template.spec.containers[0];
  const { runAsUser, runAsGroup } = container.securityContext;
  const { containerPort } = container.ports[0];
  expect(dockerfile).toContain(`USER ${runAsUser}:${runAsGroup}\n`);
  expect(dockerfile).toContain(`EXPOSE ${containerPort}\n`);
  expect(dockerfile).toMatch(new RegExp(`\\bPORT=${containerPort}$`, 'm'));
});

test('no secret stands in a file', async () => {
  const files = await kubernetesFiles();
  expect([...manifestsOf(files).values()].map(({ kind }) => kind)).not.toContain('Secret');
  for (const { path, content } of files) {
    if (typeof content === 'string') expect(content, path).not.toMatch(/stringData|secretGenerator/);
  }
});

test('probes and the scrape are answered by the real server as it is started there', async () => {
  const manifests = manifestsOf(await kubernetesFiles());
  const container = at(manifests, 'base/deployment.yaml').spec.template.spec.containers[0];
  const token = 'a-token-of-more-than-sixteen';
  const { port } = new URL((await runningServer(ridersConfig({ host: '0.0.0.0', port: 0, token }))).url);
  // As the kubelet and Prometheus, which name the pod by its address.
  const get = (path: string, headers: Record<string, string> = {}) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path, headers: { host: '10.1.2.3:8080', ...headers } };
      const sent = httpGet(options, (answer) => resolve(answer.resume().statusCode));
      sent.once('error', reject);
    });
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    expect(await get(container[probe].httpGet.path), probe).toBe(200);
  }
  const { path, authorization } = at(manifests, 'monitoring/service-monitor.yaml').spec.endpoints[0];
  expect(await get(path)).toBe(401);
  expect(await get(path, { authorization: `${authorization.type} ${token}` })).toBe(200);
});

test('a kustomization names every file beside it, and the images that are there', async () => {
  const files = await kubernetesFiles();
  const paths = new Set(files.map(({ path }) => path));
  const kustomizations = [...paths].filter((path) => path.endsWith('kustomization.yaml'));
  expect(kustomizations).toHaveLength(4);
  for (const path of kustomizations) {
    const { resources, components = [], patches = [], images = [] } = parse(textOf(files, path));
    const named = [...resources, ...components, ...patches.map((patch: { path: string }) => patch.path)] as string[];
    const below = named.map((name) => normalize(join(dirname(path), name)));
    for (const name of below) expect(paths.has(name) || paths.has(`${name}/kustomization.yaml`), name).toBe(true);
    const beside = [...paths].filter(
      (other) => dirname(other) === dirname(path) && other.endsWith('.yaml') && other !== path,
    );
    expect(beside.filter((other) => !below.includes(other))).toEqual([]);
    for (const { name } of images) expect(name).toBe('riders-server');
  }
});

test('kustomize builds the base, the overlay and the KServe variant', async (context) => {
  needsProgram(context, 'kubectl');
  const folder = temporaryFolder();
  writeExportFiles(folder, await kubernetesFiles());
  const build = (path: string) =>
    parseAllDocuments(
      execFileSync('kubectl', ['kustomize', join(folder, path)], {
        encoding: 'utf8',
        env: { ...process.env, HOME: folder },
      }),
    ).map((document) => document.toJS());
  const overlay = build('overlays/example');
  expect(overlay.map(({ kind }) => kind).sort()).toEqual([
    'ConfigMap',
    'Deployment',
    'HorizontalPodAutoscaler',
    'Ingress',
    'Namespace',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'PrometheusRule',
    'Service',
    'ServiceAccount',
    'ServiceMonitor',
  ]);
  const find = (kind: string) => overlay.find((manifest) => manifest.kind === kind);
  expect(find('Deployment').spec.template.spec.containers[0].image).toBe('registry.example.com/riders-server:1');
  expect(find('Deployment').metadata.namespace).toBe('riders');
  expect(find('HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 3, maxReplicas: 20, metrics: [{}] });
  for (const manifest of overlay) expect(manifestFaults(manifest), manifest.kind).toEqual([]);
  expect(build('base')).toHaveLength(6);
  const [served] = build('kserve/server');
  expect(served.spec.predictor.containers[0].image).toBe('registry.example.com/riders-server:1');
});

test('resources follow what was measured, within bounds', () => {
  expect(serverResources(measured, 0)).toMatchObject({
    requests: { cpu: '150m', memory: '192Mi' },
    limits: { memory: '320Mi' },
    memoryLimitBytes: 320 * 2 ** 20,
  });
  const cpuOf = (cpuSecondsPerRequest: number) =>
    serverResources({ ...measured, cpuSecondsPerRequest }, 0).requests.cpu;
  expect([cpuOf(0.00001), cpuOf(0.0005), cpuOf(0.2)]).toEqual(['100m', '360m', '1000m']);
  const lines = serverResources(measured, Date.parse('2026-11-29')).reason;
  expect(lines).toContain('Measured on 2026-11-29');
  expect(lines).toContain('90 MiB once the model was loaded, at most 150 MiB under load');
  expect(lines).toContain('0.20 ms for a request of one row, 0.010 ms for a row among 100');
});

test('what was measured stands in the Deployment and in the README', async () => {
  const files = await kubernetesFiles();
  for (const path of ['base/deployment.yaml', 'kserve/server/inference-service.yaml', 'README.md']) {
    expect(textOf(files, path), path).toContain('3210 requests of one row a second');
    expect(textOf(files, path), path).toContain(measured.machine);
  }
});

test('the real server is started, asked and measured', async () => {
  let asked = 0;
  const control = { progress: () => {}, throwIfCanceled: () => void asked++ };
  const found = await measureServer(ridersSource(), control, 200);
  expect(found.loadedBytes).toBeGreaterThan(30e6);
  expect(found.loadBytes).toBeGreaterThanOrEqual(found.loadedBytes);
  expect(found.cpuSecondsPerRequest).toBeGreaterThan(1e-6);
  expect(found.cpuSecondsPerBatchRow).toBeGreaterThan(0);
  expect(found.requestsPerSecond).toBeGreaterThan(1);
  expect(found.startSeconds).toBeGreaterThan(0.01);
  expect(asked).toBeGreaterThan(3);
});

test('a measurement that is canceled ends its server', async () => {
  const canceled = new Error('canceled');
  const control = {
    progress: () => {},
    throwIfCanceled: () => {
      throw canceled;
    },
  };
  await expect(measureServer(ridersSource(), control, 200)).rejects.toBe(canceled);
});

test('names are labels of DNS, also where a model has another name', () => {
  const nameOf = (model: string) => clusterNames({ version: { ...ridersSource().version, model } }).name;
  expect(nameOf('taxi_fares_')).toBe('taxi-fares');
  expect(nameOf('a'.repeat(64))).toHaveLength(40);
});

test('the KServe service with our server answers its example request', async () => {
  const files = await kubernetesFiles();
  const { url } = await runningServer(ridersConfig());
  const { status, body } = await send(url, {
    path: '/v2/models/riders/infer',
    body: textOf(files, 'kserve/server/request.json'),
  });
  expect([status, body.outputs]).toEqual([
    200,
    [expect.objectContaining({ name: 'prediction', shape: [1, 1], data: [137] })],
  ]);
  const [container] = at(manifestsOf(files), 'kserve/server/inference-service.yaml').spec.predictor.containers as [
    Container,
  ];
  expect(container.name).toBe('kserve-container');
  expect(container.env.map(({ name }) => name)).not.toContain('PORT');
});

/** The tensors of a config.pbtxt, by name: data type and dims. */
function tensorsOf(config: string, part: 'input' | 'output'): Record<string, [type: string, dims: string]> {
  const [, list = ''] = new RegExp(`^${part} \\[\n([^]*?)^\\]`, 'm').exec(config) ?? [];
  const found = list.matchAll(/\{ name: ("(?:[^"\\]|\\.)*") data_type: (\w+) dims: \[ ([-\d]+) \]/g);
  return Object.fromEntries([...found].map(([, name = '', type = '', dims = '']) => [JSON.parse(name), [type, dims]]));
}

test('the model repository of Triton is the graph as it is, with its tensors', async () => {
  const files = await kubernetesFiles();
  const repository = 'kserve/triton/model-repository/riders';
  expect(files).toContainEqual({
    path: `${repository}/1/model.onnx`,
    content: { copyOf: ridersSource().files[0]?.path },
  });
  const config = textOf(files, `${repository}/config.pbtxt`);
  const session = await InferenceSession.create(ridersSource().files[0]?.path as string);
  const metadata = [...session.inputMetadata] as { name: string; type: string }[];
  const expected = metadata.map(({ name, type }) => [name, [type === 'string' ? 'TYPE_STRING' : 'TYPE_FP32', '1']]);
  expect(tensorsOf(config, 'input')).toEqual(Object.fromEntries(expected));
  expect(tensorsOf(config, 'output')).toEqual({ prediction: ['TYPE_FP32', '1'] });
  const request = JSON.parse(textOf(files, 'kserve/triton/request.json')) as {
    inputs: { name: string; shape: number[]; datatype: string; data: (number | string)[] }[];
  };
  const feeds = request.inputs.map(({ name, shape, datatype, data }) => [
    name,
    datatype === 'FP32'
      ? new Tensor('float32', data as number[], shape)
      : new Tensor('string', data as string[], shape),
  ]);
  const { prediction } = await session.run(Object.fromEntries(feeds));
  expect([...(prediction as TypedTensor<'float32'>).data]).toEqual([137]);
  await session.release();
});

test('a classification gives Triton label and probabilities, and its names are quoted', () => {
  const { signature } = ridersSource();
  const classification = {
    ...signature,
    task: 'multiclass' as const,
    classes: ['a', 'b', 'c'],
    inputs: signature.inputs.map((field, place) => (place === 0 ? { ...field, name: 'a "b"\\' } : field)),
  };
  const config = tritonConfig('riders', classification);
  expect(tensorsOf(config, 'output')).toEqual({ label: ['TYPE_STRING', '1'], probabilities: ['TYPE_FP32', '3'] });
  expect(config).toContain('reshape { shape: [ ] }');
  expect(Object.keys(tensorsOf(config, 'input'))[0]).toBe('a "b"\\');
});

const rulesPath = 'monitoring/prometheus-rule.yaml';

function rulesFolder(files: ExportFile[]): string {
  const folder = temporaryFolder();
  const { groups } = parse(textOf(files, rulesPath)).spec;
  writeExportFiles(folder, [{ path: 'rules.yaml', content: JSON.stringify({ groups }) }]);
  return folder;
}

test('the dashboard asks for the job of the pods, and is what Grafana of the Docker package has', async () => {
  const { metadata, data } = parse(textOf(await kubernetesFiles(), 'monitoring/grafana-dashboard.yaml'));
  expect(metadata.labels.grafana_dashboard).toBe('1');
  const dashboard = JSON.parse(data['riders.json']) as { title: string; panels: { targets: { expr: string }[] }[] };
  expect(dashboard.title).toBe('riders');
  const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(queries.length).toBeGreaterThan(20);
  for (const query of queries) expect(query).toContain('job="riders"');
  expect(data['riders.json']).not.toMatch(/%[A-Z]+%|job=\\"galley/);
});

test('promtool takes the alert rules, and each has a runbook link into runbook.md', async (context) => {
  const files = await kubernetesFiles();
  const runbook = textOf(files, 'runbook.md');
  for (const { alert, annotations } of parse(textOf(files, rulesPath)).spec.groups[0].rules) {
    expect(annotations.runbook_url).toBe(`https://runbooks.example.com/riders/runbook.md#${alert.toLowerCase()}`);
    expect(runbook).toContain(`## ${alert}\n`);
  }
  needsProgram(context, 'promtool');
  const folder = rulesFolder(files);
  expect(execFileSync('promtool', ['check', 'rules', join(folder, 'rules.yaml')], { encoding: 'utf8' })).toContain(
    'SUCCESS',
  );
});

test('the cases of the Docker package hold for the pods, too', async (context) => {
  needsProgram(context, 'promtool');
  const folder = rulesFolder(await kubernetesFiles());
  const path = join(checkoutFolder, 'resources', 'exports', 'docker', 'monitoring', 'prometheus', 'alerts.test.yml');
  const cases = filledIn(readFileSync(path, 'utf8'), objectiveValues(defaultObjective))
    .replace('rule_files: [recording.yml, alerts.yml]', 'rule_files: [rules.yaml]')
    .replaceAll('job="galley"', 'job="riders"')
    .replaceAll('job: "galley"', 'job: "riders"')
    .replaceAll('runbook.md#', 'https://runbooks.example.com/riders/runbook.md#');
  writeExportFiles(folder, [{ path: 'cases.yaml', content: cases }]);
  expect(execFileSync('promtool', ['test', 'rules', 'cases.yaml'], { cwd: folder, encoding: 'utf8' })).toContain(
    'SUCCESS',
  );
});

test('the rules fire for the pods of this Service, by the memory that they may take', async (context) => {
  needsProgram(context, 'promtool');
  const folder = rulesFolder(await kubernetesFiles());
  const limit = 320 * 2 ** 20;
  const cases = {
    rule_files: ['rules.yaml'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: [
          { series: 'up{job="riders", instance="one"}', values: '1x5 0x20' },
          { series: 'up{job="other", instance="two"}', values: '0x25' },
          { series: 'process_resident_memory_bytes{job="riders", instance="one"}', values: `${limit * 0.91}x30` },
          { series: 'process_resident_memory_bytes{job="riders", instance="two"}', values: `${limit * 0.89}x30` },
        ],
        alert_rule_test: [
          {
            eval_time: '20m',
            alertname: 'GalleyDown',
            exp_alerts: [
              {
                exp_labels: { severity: 'critical', job: 'riders', instance: 'one' },
                exp_annotations: {
                  summary: 'Prometheus does not reach the server one.',
                  runbook_url: 'https://runbooks.example.com/riders/runbook.md#galleydown',
                },
              },
            ],
          },
          {
            eval_time: '20m',
            alertname: 'GalleyMemory',
            exp_alerts: [
              {
                exp_labels: { severity: 'warning', job: 'riders', instance: 'one' },
                exp_annotations: {
                  summary: 'The server one holds 291.2MiB of memory.',
                  runbook_url: 'https://runbooks.example.com/riders/runbook.md#galleymemory',
                },
              },
            ],
          },
        ],
      },
    ],
  };
  writeExportFiles(folder, [{ path: 'cases.yaml', content: JSON.stringify(cases) }]);
  expect(execFileSync('promtool', ['test', 'rules', 'cases.yaml'], { cwd: folder, encoding: 'utf8' })).toContain(
    'SUCCESS',
  );
});
