import type { ExportFormat } from '../../contract/package.ts';
import type { Exporter } from './exporter.ts';

/** How a version is handed over, by format; loaded when it is asked for. */
export const exporters: Record<ExportFormat, () => Promise<Exporter>> = {
  docker: async () => (await import('./docker/index.ts')).exportDocker,
  onnx: async () => (await import('./onnx.ts')).exportOnnx,
  kubernetes: async () => (await import('./kubernetes/kubernetes-exporter.ts')).exportKubernetes,
  mlflow: async () => (await import('./mlflow/mlflow-exporter.ts')).exportMlflow,
  card: async () => (await import('./card.ts')).exportCard,
  html: async () => (await import('./html/html.ts')).exportHtml,
};
