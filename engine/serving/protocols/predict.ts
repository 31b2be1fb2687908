import { errorAnswer, jsonTextAnswer } from '../http-answer.ts';
import { readJsonBody } from '../http-body.ts';
import type { HttpCall, HttpProtocol } from '../http-routes.ts';
import { routingKey } from '../traffic-split.ts';
import type { ServingHost } from './host.ts';
import { answerPredict } from './predict-form.ts';

/** Our own protocol: rows by name with ids and event times, all faults with their paths. */
export function predictProtocol(host: ServingHost): HttpProtocol {
  return {
    routes: ['/predict', '/predict/{model}'].map((path) => ({
      method: 'POST',
      path,
      predicts: true,
      answer: (call) => predict(host, call),
    })),
    refusal: errorAnswer,
  };
}

async function predict(host: ServingHost, { request, receipt, parameters }: HttpCall) {
  const body = await readJsonBody(request, host.settings.limits.bodyBytes);
  const { text, rows } = await answerPredict(host, body, receipt, {
    model: parameters.model,
    key: routingKey(request.headers),
  });
  return jsonTextAnswer(text, rows);
}
