import Type, { type Static } from 'typebox';

/** Systems that a pipeline can be written for. */
export const pipelineExportFormats = ['github', 'gitlab', 'jenkins', 'airflow', 'argo', 'kubeflow'] as const;
export const PipelineExportFormat = Type.Enum([...pipelineExportFormats]);
export type PipelineExportFormat = (typeof pipelineExportFormats)[number];

export const PipelineExport = Type.Object({
  pipeline: Type.String(),
  format: PipelineExportFormat,
  /** Without the archive of Galley itself, which goes to `archive`. */
  files: Type.Array(
    Type.Object({
      /** With slashes, from the folder of the export. */
      path: Type.String(),
      content: Type.String(),
      executable: Type.Boolean(),
    }),
  ),
  archive: Type.String(),
  /** What is not as in Galley. */
  remarks: Type.Array(Type.String()),
});
export type PipelineExport = Static<typeof PipelineExport>;
