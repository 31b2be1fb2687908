import { yamlFile } from '../yaml-file.ts';

/** With which the folder was loaded and served; the tests do so again where they find a Python with MLflow. */
export const testedWith = { python: '3.11.7', mlflow: '3.17.2', onnx: '1.23.2', onnxruntime: '1.32.0' };

const { python, ...packages } = testedWith;
const requirements = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
const pythonSeries = python.split('.').slice(0, 2).join('.');

export const requirementsFile = `${requirements.join('\n')}\n`;

export const condaFile = yamlFile({
  name: 'mlflow-env',
  channels: ['conda-forge'],
  dependencies: [`python=${pythonSeries}`, 'pip', { pip: requirements }],
});

export const pythonEnvironmentFile = yamlFile({
  python,
  build_dependencies: ['pip', 'setuptools', 'wheel'],
  dependencies: ['-r requirements.txt'],
});
