import type { ExportSource } from '../exporter.ts';
import type { ServerMeasurement } from './measure-server.ts';
import type { ClusterNames } from './names.ts';
import { measurementLines, type ServerResources } from './server-resources.ts';

/** For the engineer who gets the folder. */
export function readmeFile(
  { name, image, secret }: ClusterNames,
  { version, signature, galleyVersion }: ExportSource,
  measured: ServerMeasurement,
  { requests, limits }: ServerResources,
): string {
  return `# ${version.model}, version ${version.version}, on Kubernetes

Manifests for the model that predicts \`${signature.target}\`, written by Galley ${galleyVersion}. Nothing here was applied to a cluster: adapt
\`overlays/example\` and look at \`kubectl diff -k\` first.

| folder | what it is |
| --- | --- |
| \`base\` | Deployment, Service, HorizontalPodAutoscaler, PodDisruptionBudget, NetworkPolicy and ServiceAccount |
| \`monitoring\` | ServiceMonitor, PrometheusRule and a dashboard for Grafana, for clusters with the operator of Prometheus |
| \`overlays/example\` | namespace, image, number of pods, Ingress with a host: copy it for each cluster |
| \`kserve/server\` | in place of all that: a KServe InferenceService with the same image |
| \`kserve/triton\` | in place of that: a KServe InferenceService with Triton and its ONNX Runtime, where nothing of Galley runs |
| \`runbook.md\` | what to do when an alert fires; put it where \`runbook_url\` of \`monitoring/prometheus-rule.yaml\` leads |

## Put it up

1. Build the image from the Docker package (\`galley package export ${version.model}@${version.version} --format docker --to DIR\`) and push it:

       docker build -t registry.example.com/${image}:${version.version} DIR && docker push registry.example.com/${image}:${version.version}

2. Make the namespace, and in it the token that callers send. It is in no file here; with External Secrets or Sealed Secrets make the same
   Secret, \`${secret}\`, with the key \`token\` (16 characters or more):

       kubectl create namespace ${name}
       kubectl -n ${name} create secret generic ${secret} --from-literal=token="$(openssl rand -hex 32)"

3. Name your registry, host and namespaces in \`overlays/example\` and in \`base/network-policy.yaml\`, then:

       kubectl apply -k overlays/example
       kubectl -n ${name} rollout status deployment/${name}

4. Ask it:

       kubectl -n ${name} port-forward service/${name} 8080:80 &
       TOKEN="$(kubectl -n ${name} get secret ${secret} -o jsonpath='{.data.token}' | base64 -d)"
       curl -s localhost:8080/v2/models/${version.model}/infer -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d @kserve/server/request.json

   \`GALLEY_TOKEN="$TOKEN" node smoke-test.mjs http://localhost:8080\` in the Docker package compares its answers with the golden set.

Prometheus chooses ServiceMonitors and PrometheusRules by labels: add those that yours wants (often \`release: kube-prometheus-stack\`) in the overlay.

A new version of the model is a new image: change \`newTag\` and apply. No pod goes before another one is ready, requests that have begun are
answered, and \`kubectl rollout undo\` goes back. The pods read the token when they start: after changing it, \`kubectl rollout restart\`.

## What it asks for

Measured with the prediction server of this version on ${measured.machine}:

${measurementLines(measured).join('\n')}

So a pod asks for ${requests.cpu} of processor time and ${requests.memory} of memory, and may take ${limits.memory}. Other processors are faster or slower:
measure again with your traffic. A pod is one process that answers on one core; more traffic is more pods, which the autoscaler adds.

## Safety

Pods are not root, have no capabilities, a read-only file system, the runtime's seccomp profile and no token of the cluster; they satisfy
the Pod Security Standard \`restricted\`. The NetworkPolicy lets in pods of the same namespace, the ingress controller and Prometheus, and nothing
out. All paths but \`/livez\`, \`/readyz\` and \`/docs\` want the token, \`/metrics\` as well. The server speaks plain HTTP: TLS ends at the Ingress.

Predictions are logged as JSON lines on standard output: let the cluster's log collector keep them, and import them for monitoring
(\`galley deploy import-log\`). \`/profile\` of each pod answers sums of the rows that it was asked since its start, without one of them
(\`galley monitor import-profile\`); Prometheus has the same counts by bin, adds up those of all pods, and keeps them when a pod goes.

## KServe

\`kubectl apply -k kserve/server\` runs the same image. Without PORT in its environment, since Knative sets that. Callers send the token beside what
KServe itself wants.

\`kserve/triton\` needs nothing of Galley: copy \`kserve/triton/model-repository\` to the place that \`storageUri\` names, and

    kubectl -n ${name} apply -f kserve/triton/inference-service.yaml
    curl -s http://HOST/v2/models/${version.model}/infer -H 'content-type: application/json' -d @kserve/triton/request.json

- The inputs are the columns by name, numbers FP32 and texts, dates and timestamps BYTES, of the shape [rows, 1]. A missing number is NaN (which Triton
  reads in JSON as the word \`NaN\`), a missing text \`""\`, a boolean 1 or 0.
- Nothing checks the rows: a column that may not be missing, an unknown category or a date that is none is answered all the same. The prediction
  server refuses or flags them.
- There is no log of predictions, and the metrics are Triton's.
- Triton with ONNX Runtime 1.21 or later (25.03) is needed, for opset 21 and the operator TreeEnsemble; \`runtimeVersion\` says a later one.
`;
}
