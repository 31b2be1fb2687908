import type { ExportFormat } from '../../engine/contract/package.ts';

/** What each format of an export is called, and what its reader gets. */
export const exportWords: Record<ExportFormat, { title: string; description: string }> = {
  onnx: {
    title: 'ONNX file',
    description:
      'One file with its signature and golden rows. It runs in Python, C#, Java, Rust or a browser with ONNX Runtime: one call, raw columns in.',
  },
  kubernetes: {
    title: 'Kubernetes manifests',
    description:
      'A Kustomize base with an example overlay for the image of the Docker package, and KServe with that image or with Triton. The server is run for some seconds, to size its pods.',
  },
  mlflow: {
    title: 'MLflow model',
    description:
      'A folder that MLflow loads, serves and registers by its own ONNX flavor, with a check of its answers. It holds no code that the model needs.',
  },
  docker: {
    title: 'Docker package',
    description:
      'A folder with everything to run it in a container: Dockerfile, prediction server, Compose with Prometheus and Grafana, alerts, a smoke test and a workflow. For Linux on x64 and arm64; nothing is fetched but the base image.',
  },
  card: {
    title: 'Model card',
    description:
      'What the model is good for and how good it is, as one page and as Markdown with its pictures, for people who decide about it and for Hugging Face.',
  },
  html: {
    title: 'Page to try it',
    description:
      'One HTML file of about 5 MB to show around: the form with its sliders, the answer, and the card. It runs the model in the browser, offline; what is typed stays there. Some rows of the data are in it, to check it with.',
  },
};
