import packageFile from '../../package.json' with { type: 'json' };

/** The version of this program. */
export const galleyVersion: string = packageFile.version;

/** The version of ONNX Runtime that it runs models with. */
export const runtimeVersion: string = packageFile.dependencies['onnxruntime-node'];
