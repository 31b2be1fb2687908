import type { FieldSignature, Signature } from '../../../contract/values.ts';
import type { ExportSource } from '../exporter.ts';
import { yamlFile } from '../yaml-file.ts';
import { testedWith } from './environment.ts';

type TensorSpec = { name: string; type: 'tensor'; 'tensor-spec': { dtype: string; shape: number[] } };

/**
 * The file `MLmodel`: the model as the flavor `onnx`, which is a `python_function`, too. Its signature has tensors, since
 * MLflow makes tensors of the shape [rows, 1] of a table's columns for these alone.
 * @param modelHash SHA-256 of model.onnx in hexadecimal.
 */
export function mlmodelFile(source: ExportSource, modelHash: string): string {
  const { signature, at } = source;
  const model = {
    flavors: {
      onnx: { data: 'model.onnx', onnx_version: testedWith.onnx, providers: ['CPUExecutionProvider'] },
      python_function: {
        data: 'model.onnx',
        env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
        loader_module: 'mlflow.onnx',
        python_version: testedWith.python,
      },
    },
    metadata: { galley: metadataOf(source) },
    mlflow_version: testedWith.mlflow,
    model_uuid: modelHash.slice(0, 32),
    saved_input_example_info: {
      artifact_path: 'input_example.json',
      serving_input_path: 'serving_input_example.json',
      type: 'ndarray',
    },
    signature: {
      inputs: JSON.stringify(signature.inputs.map(inputTensor)),
      outputs: JSON.stringify(outputTensors(signature)),
      params: null,
    },
    utc_time_created: new Date(at).toISOString().replace('T', ' ').replace('Z', '000'),
  };
  return yamlFile(model, {
    comment: `${source.version.model}, version ${source.version.version}. The columns as they were in training are in metadata.galley.inputs.`,
  });
}

function inputTensor({ name, tensor }: FieldSignature): TensorSpec {
  return tensorSpec(name, tensor === 'float' ? 'float32' : 'object', [-1, 1]);
}

function outputTensors({ task, classes = [] }: Signature): TensorSpec[] {
  if (task === 'regression') return [tensorSpec('prediction', 'float32', [-1, 1])];
  return [tensorSpec('label', 'object', [-1]), tensorSpec('probabilities', 'float32', [-1, classes.length])];
}

function tensorSpec(name: string, dtype: string, shape: number[]): TensorSpec {
  return { name, type: 'tensor', 'tensor-spec': { dtype, shape } };
}

/** What a signature of tensors has no place for: which columns may be missing, ranges, categories, classes. */
function metadataOf({ version, signature, galleyVersion }: ExportSource) {
  const { task, target, classes, threshold } = signature;
  return {
    version: galleyVersion,
    model: version.model,
    model_version: version.version,
    dataset: version.dataset,
    metrics: version.metrics,
    task,
    target,
    ...(classes && { classes }),
    ...(threshold !== undefined && { threshold }),
    inputs: signature.inputs.map(({ name, type, nullable, minimum, maximum, categories }) => ({
      name,
      type,
      required: !nullable,
      ...(minimum != null && { minimum }),
      ...(maximum != null && { maximum }),
      ...(categories && { categories }),
    })),
  };
}
