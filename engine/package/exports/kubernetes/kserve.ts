import { type ExportFile, type ExportSource, versionFile } from '../exporter.ts';
import { yamlFile } from '../yaml-file.ts';
import { serverRequest, tritonRequest } from './example-request.ts';
import type { ClusterNames } from './names.ts';
import { serverContainer, serverPort, serverVolumes } from './server-container.ts';
import type { ServerResources } from './server-resources.ts';
import { tritonConfig } from './triton-config.ts';

/** The first Triton with ONNX Runtime 1.27, with which the tests' models were answered; 1.21 is the least they need. */
const tritonTag = '26.07-py3';

/** The model as an InferenceService, whose server is the image of the Docker package. */
export function kserveWithServer(names: ClusterNames, source: ExportSource, resources: ServerResources): ExportFile[] {
  const { name, labels } = names;
  const container = serverContainer(names, resources, serverPort);
  const service = {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name, labels },
    spec: {
      predictor: {
        minReplicas: 1,
        maxReplicas: 10,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        containers: [
          {
            name: 'kserve-container',
            ...container,
            env: [...container.env, { name: 'PROTOCOL', value: 'v2' }],
            ports: [{ containerPort: serverPort, protocol: 'TCP' }],
          },
        ],
        volumes: serverVolumes(names),
      },
    },
  };
  const predictor = ['spec', 'predictor'];
  return [
    {
      path: 'inference-service.yaml',
      content: yamlFile(service, {
        comment: 'KServe runs the image of the Docker package, which speaks the Open Inference Protocol v2 at /v2.',
        comments: [
          [
            [...predictor, 'containers', 0, 'env'],
            'Without PORT: Knative sets it to the port below and forbids to set it here.',
          ],
          [[...predictor, 'containers', 0, 'resources'], resources.reason],
        ],
      }),
    },
    { path: 'kustomization.yaml', content: kserveKustomization(names, source) },
    { path: 'request.json', content: jsonFile(serverRequest(source.signature)) },
  ];
}

/** The model as an InferenceService, whose server is Triton with its own ONNX Runtime: nothing of Galley runs. */
export function kserveWithTriton({ name, labels }: ClusterNames, source: ExportSource): ExportFile[] {
  const { model, version } = source.version;
  const repository = 'model-repository';
  const service = {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: `${name}-triton`, labels: { ...labels, 'app.kubernetes.io/component': 'triton' } },
    spec: {
      predictor: {
        minReplicas: 1,
        maxReplicas: 10,
        model: {
          modelFormat: { name: 'onnx', version: '1' },
          protocolVersion: 'v2',
          runtime: 'kserve-tritonserver',
          runtimeVersion: tritonTag,
          storageUri: `s3://models.example.com/${name}/${repository}`,
          resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
        },
      },
    },
  };
  const at = ['spec', 'predictor', 'model'];
  return [
    {
      path: 'inference-service.yaml',
      content: yamlFile(service, {
        comments: [
          [
            [...at, 'runtimeVersion'],
            'The tag of the image. The tag that KServe comes with (23.05) has an ONNX Runtime that does not know the opset of this\nmodel: it needs 1.21 (25.03) or later.',
          ],
          [
            [...at, 'storageUri'],
            `Where the folder ${repository} was copied to; pvc://CLAIM/PATH, gs:// and https:// are understood, too.`,
          ],
          [[...at, 'resources'], 'Not measured here: Triton itself takes the most of it.'],
        ],
      }),
    },
    { path: 'request.json', content: jsonFile(tritonRequest(source.signature)) },
    { path: `${repository}/${model}/config.pbtxt`, content: tritonConfig(model, source.signature) },
    {
      path: `${repository}/${model}/${version}/model.onnx`,
      content: { copyOf: versionFile(source, 'model.onnx').path },
    },
  ];
}

function kserveKustomization({ name, image }: ClusterNames, { version }: ExportSource): string {
  return yamlFile({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: name,
    resources: ['inference-service.yaml'],
    images: [{ name: image, newName: `registry.example.com/${image}`, newTag: String(version.version) }],
  });
}

function jsonFile(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
