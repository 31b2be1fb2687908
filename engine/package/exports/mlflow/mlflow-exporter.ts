import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resourceFolder } from '../../../base/entry.ts';
import { checkGolden } from '../check-golden.ts';
import { type Exporter, versionFile, versionFilesIn } from '../exporter.ts';
import { condaFile, pythonEnvironmentFile, requirementsFile } from './environment.ts';
import { exampleTensors } from './input-example.ts';
import { mlmodelFile } from './mlmodel.ts';
import { readmeFile } from './readme.ts';

/** A folder that MLflow loads and serves by its own ONNX flavor: the model as it is, and no code that it needs. @throws GalleyError `package.parity_failed` */
export const exportMlflow: Exporter = async (source, control) => {
  await checkGolden(source, control);
  const example = exampleTensors(source.signature);
  return [
    { path: 'MLmodel', content: mlmodelFile(source, versionFile(source, 'model.onnx').sha256) },
    { path: 'conda.yaml', content: condaFile },
    { path: 'python_env.yaml', content: pythonEnvironmentFile },
    { path: 'requirements.txt', content: requirementsFile },
    { path: 'input_example.json', content: jsonFile(example) },
    { path: 'serving_input_example.json', content: jsonFile({ inputs: example }) },
    { path: 'README.md', content: readmeFile(source) },
    { path: 'check_golden.py', content: readFileSync(join(resourceFolder(), 'exports', 'mlflow', 'check_golden.py')) },
    ...versionFilesIn(source, ''),
  ];
};

function jsonFile(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
