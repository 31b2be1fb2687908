import type { ServingStatus } from '../../contract/serving.ts';
import type { ServingSettings } from '../config.ts';
import type { PredictionLog } from '../prediction-log.ts';
import type { Predictor, Receipt } from '../predictor.ts';
import type { MessageAnswer } from '../streams/answer-message.ts';

/** Which model a path names; what it leaves out may be any. */
export interface ModelReference {
  model?: string;
  version?: string;
  label?: string;
}

/** The server as its protocols see it. */
export interface ServingHost {
  readonly settings: ServingSettings;
  readonly url: string;
  readonly isReady: boolean;
  /** Null where nothing is logged. */
  readonly labelLog: PredictionLog | null;
  /**
   * The version that answers now. Ask for it when the whole request is there, so that a swap meets it before or after.
   * @throws GalleyError `serving.not_ready`, `serving.unknown_model`, `serving.version_not_loaded`
   */
  predictor(reference?: ModelReference): Predictor;
  /** Aborted when the server ends: streams take nothing more. */
  readonly ending: AbortSignal;
  /** Has a message of a stream answered, and counts it. */
  message(stream: string, answer: (receipt: Receipt) => Promise<MessageAnswer>): Promise<MessageAnswer>;
  /** @throws GalleyError `serving.not_ready`, `serving.stopping` */
  requireReady(): void;
  status(): ServingStatus;
  /** In Prometheus' text format. */
  metricsText(): string;
}
