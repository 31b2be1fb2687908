import type { ServingStatus } from '../../contract/serving.ts';
import type { ProfileDocument } from '../../statistics/profile/document.ts';
import type { ServingSettings } from '../config.ts';
import type { Predictor, Receipt } from '../predictor.ts';
import type { ProfileRole } from '../profiles/model-profiles.ts';
import type { ProfileRange } from '../profiles/profile-document.ts';
import type { LabelLog } from '../record-log.ts';
import type { VersionReference } from '../served-model.ts';
import type { MessageAnswer } from '../streams/answer-message.ts';

/** Which model and version a path names; what it leaves out may be any. */
export interface ModelReference extends VersionReference {
  model?: string;
}

/** The server as its protocols see it. */
export interface ServingHost {
  readonly settings: ServingSettings;
  readonly url: string;
  readonly isReady: boolean;
  /** Whether callers must send a key. */
  readonly needsKey: boolean;
  /** Null where nothing is logged. */
  labelLog(model: string): LabelLog | null;
  /**
   * The version that answers now. Ask for it when the whole request is there, so that a swap meets it before or after.
   * @throws GalleyError `serving.not_ready`, `serving.unknown_model`, `serving.version_not_loaded`
   */
  predictor(reference?: ModelReference): Predictor;
  /** Aborted when the server ends: streams take nothing more. */
  readonly ending: AbortSignal;
  /** Has a message of a stream answered, and counts it. */
  message(stream: string, answer: (receipt: Receipt) => Promise<MessageAnswer>): Promise<MessageAnswer>;
  /**
   * The version that is active, whoever asks.
   * @throws GalleyError `serving.not_ready`, `serving.unknown_model`
   */
  active(model?: string): Predictor;
  /** @throws GalleyError `serving.not_ready`, `serving.stopping` */
  requireReady(): void;
  status(): ServingStatus;
  /** In Prometheus' text format. */
  metricsText(): string;
  /**
   * Sums of the rows that the versions of a model were asked; of the deployment's own where none is named.
   * @throws GalleyError `serving.not_ready`, `serving.unknown_model`, `serving.no_profile`
   */
  profileOf(model: string | undefined, role: ProfileRole, range: ProfileRange): Promise<ProfileDocument>;
}

/** The state of a model; the deployment's own where none is named. */
export function modelOf(host: ServingHost, name = host.settings.model): ServingStatus['models'][number] | undefined {
  return host.status().models.find(({ model }) => model === name);
}

/**
 * The version that a path names, else the active one: what a path is asked about may not depend on who asks.
 * @throws GalleyError `serving.not_ready`, `serving.unknown_model`, `serving.version_not_loaded`
 */
export function predictorOf(host: ServingHost, { model, version, label }: ModelReference): Predictor {
  return version === undefined && label === undefined ? host.active(model) : host.predictor({ model, version, label });
}
