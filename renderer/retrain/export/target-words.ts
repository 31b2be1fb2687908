import type { PipelineExportFormat } from '../../../engine/contract/retrain-export.ts';

/** What each target is called, and what runs there. */
export const targetWords: Record<PipelineExportFormat, { title: string; description: string }> = {
  github: {
    title: 'GitHub Actions',
    description: 'A workflow; each step is a job in a container, with artifacts between them.',
  },
  gitlab: {
    title: 'GitLab CI',
    description: 'A .gitlab-ci.yml; each step is a job in a container, with artifacts between them.',
  },
  jenkins: { title: 'Jenkins', description: 'A scripted Jenkinsfile; each step is a stage in a container.' },
  airflow: {
    title: 'Airflow 3',
    description: 'A DAG; each step is a pod, with a volume that pods share between them.',
  },
  argo: {
    title: 'Argo Workflows',
    description: 'A workflow and its times; each step is a node, with artifacts between them.',
  },
  kubeflow: { title: 'Kubeflow Pipelines 2', description: 'A pipeline for kfp; each step is a task in a container.' },
};
