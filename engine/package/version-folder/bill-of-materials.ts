import { createHash } from 'node:crypto';
import type { Json } from '../../base/canonical-json.ts';
import { isoTime } from '../../base/clock.ts';
import type { StoredRun } from '../../train/index.ts';
import type { ResolvedModel } from '../references.ts';
import type { FolderFacts } from './folder-facts.ts';

type Property = { name: string; value: string };

/** What a version is made of: CycloneDX 1.6 with the model, its data and the runtime it was checked with, as `sbom.cdx.json` says it. */
export function billOfMaterials(resolved: ResolvedModel, run: StoredRun, facts: FolderFacts): Json {
  const { version } = resolved;
  const runtime = facts.runtimeVersion === undefined ? [] : [runtimeComponent(facts.runtimeVersion)];
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(version.id)}`,
    version: 1,
    metadata: {
      timestamp: isoTime(version.createdAt),
      tools: { components: [{ type: 'application', name: 'Galley', version: facts.galleyVersion }] },
      component: modelComponent(resolved, run, facts),
    },
    components: [dataComponent(run, facts), ...runtime],
    dependencies: [
      { ref: 'model', dependsOn: ['data', ...(runtime.length > 0 ? ['runtime'] : [])] },
      { ref: 'data' },
      ...runtime.map(() => ({ ref: 'runtime' })),
    ],
  };
}

function modelComponent({ model, version }: ResolvedModel, run: StoredRun, facts: FolderFacts): Json {
  const { signature } = version;
  const inputs = signature.inputs.map(({ name, type }) => ({ format: `${name}: ${type}` }));
  const outputs = signature.task === 'regression' ? ['prediction: float'] : ['label: string', 'probabilities: float'];
  return {
    type: 'machine-learning-model',
    'bom-ref': 'model',
    name: model.name,
    version: String(version.version),
    description: `${run.recipe.learner} for ${signature.target}`,
    hashes: [{ alg: 'SHA-256', content: version.onnxHash.replace(/^sha256:/, '') }],
    modelCard: {
      modelParameters: {
        approach: { type: 'supervised' },
        task: signature.task,
        architectureFamily: run.recipe.learner,
        datasets: [{ ref: 'data' }],
        inputs,
        outputs: outputs.map((format) => ({ format })),
      },
      quantitativeAnalysis: { performanceMetrics: metricsOf(run) },
    },
    properties: modelProperties(run, facts) as Json,
  };
}

function metricsOf({ metrics, detail }: StoredRun): Json[] {
  return Object.entries(metrics).flatMap(([type, value]) => {
    if (value === null) return [];
    const [lower, upper] = detail.intervals[type] ?? [];
    const interval = lower === undefined || upper === undefined ? {} : intervalOf(lower, upper);
    return [{ type, value: String(value), slice: 'holdout', ...interval }];
  });
}

function intervalOf(lower: number, upper: number) {
  return { confidenceInterval: { lowerBound: String(lower), upperBound: String(upper) } };
}

function modelProperties(run: StoredRun, { opsets, operators }: FolderFacts): Property[] {
  return [
    { name: 'galley:recipe', value: run.recipeHash },
    ...opsets.map(({ domain, version }) => ({ name: 'onnx:opset', value: `${domainName(domain)} ${version}` })),
    ...operators.map(({ domain, name }) => ({ name: 'onnx:operator', value: `${domainName(domain)} ${name}` })),
  ];
}

/** ONNX writes its own operators' domain as nothing. */
function domainName(domain: string): string {
  return domain === '' ? 'ai.onnx' : domain;
}

function dataComponent({ datasetName, datasetVersion, recipe }: StoredRun, { dataLicense }: FolderFacts): Json {
  return {
    type: 'data',
    'bom-ref': 'data',
    name: datasetName,
    version: String(datasetVersion),
    licenses: dataLicense === undefined ? undefined : [{ license: { name: dataLicense } }],
    data: [{ type: 'dataset', name: datasetName }],
    properties: [{ name: 'galley:identity', value: recipe.dataset }],
  };
}

/** What answered the golden set when the version was packaged; it is no part of the folder. */
function runtimeComponent(version: string): Json {
  return {
    type: 'library',
    'bom-ref': 'runtime',
    name: 'onnxruntime-node',
    version,
    scope: 'excluded',
    licenses: [{ license: { id: 'MIT' } }],
    purl: `pkg:npm/onnxruntime-node@${version}`,
  };
}

/** One UUID for one text (RFC 9562, version 8). */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [0, 8, 12, 16, 20].map((start, at, starts) => hex.slice(start, starts[at + 1] ?? 32)).join('-');
}
