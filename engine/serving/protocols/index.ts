import type { HttpProtocol } from '../http-routes.ts';
import type { ServingHost } from './host.ts';
import { labels } from './labels.ts';
import { mlflow } from './mlflow.ts';
import { openInference } from './open-inference.ts';
import { openApiPage } from './openapi-page.ts';
import { predictProtocol } from './predict.ts';
import { probes } from './probes.ts';
import { rowStream } from './row-stream.ts';
import { tensorflowServing } from './tensorflow-serving.ts';

/** Every protocol that the server speaks, on one port. */
export function protocols(host: ServingHost): [HttpProtocol, ...HttpProtocol[]] {
  return [
    predictProtocol(host),
    rowStream(host),
    labels(host),
    tensorflowServing(host),
    openInference(host),
    mlflow(host),
    probes(host),
    openApiPage(host),
  ];
}
