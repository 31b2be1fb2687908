import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { NewId } from '../../base/ids.ts';
import { isSigningKey } from '../../base/model-signature.ts';
import type { ProfileDocument } from '../../statistics/profile/document.ts';
import type { ServingSettings } from '../config.ts';
import { binMetrics } from './bin-metrics.ts';
import { ModelProfiles, type ProfileRole, profileRoles } from './model-profiles.ts';
import { type ProfileRange, profileDocument, signedDocument, wholeRange } from './profile-document.ts';
import { ProfileFolder } from './profile-folder.ts';
import type { TakenRows } from './row-profile.ts';

const writeMilliseconds = 60_000;

/** The sums of the rows that a server was asked, for all its models. */
export class ServerProfiles {
  readonly #settings: ServingSettings;
  readonly #clock: Clock;
  readonly #models: ReadonlyMap<string, ModelProfiles>;
  readonly #folder: ProfileFolder | null;
  readonly #key: KeyObject | null;
  readonly #failed: (error: Error) => void;
  #instance: string;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param failed is told where the folder cannot be written
   * @throws GalleyError `serving.invalid_config` where the key is none
   */
  constructor(settings: ServingSettings, clock: Clock, newId: NewId, failed: (error: Error) => void) {
    const { enabled, folder, signingKeyFile } = settings.profile;
    this.#settings = settings;
    this.#clock = clock;
    this.#failed = failed;
    this.#models = new Map(enabled ? settings.models.map(({ model }) => [model, new ModelProfiles(model, clock)]) : []);
    this.#folder = enabled && folder !== null ? new ProfileFolder(folder) : null;
    this.#key = signingKeyFile === null ? null : readKey(signingKeyFile);
    this.#instance = newId('srv');
  }

  /** Null where rows are not summed up. */
  model(name: string): ModelProfiles | null {
    return this.#models.get(name) ?? null;
  }

  /** Adds rows that a thread has counted. */
  merge(model: string, version: number, taken: TakenRows): void {
    const found = this.#models
      .get(model)
      ?.rowProfiles('answered')
      .find(([known]) => known === version);
    found?.[1].merge(taken, this.#clock.now());
  }

  /**
   * What the versions of a model were asked, signed where there is a key.
   * @throws GalleyError `serving.no_profile`
   */
  async document(model: string, role: ProfileRole, range: ProfileRange): Promise<ProfileDocument> {
    const profiles = this.#models.get(model);
    const { enabled, answered } = this.#settings.profile;
    if (!enabled || !profiles) throw new GalleyError('serving.no_profile', 'This server does not sum up its rows.');
    if (!answered) {
      throw new GalleyError('serving.no_profile', 'This server sums up its rows, but is told not to answer the sums.');
    }
    if (profiles.rowProfiles('answered').length === 0) {
      const message = `The version of ${model} has no file that says what its rows are counted against.`;
      throw new GalleyError('serving.no_profile', message);
    }
    const document = await this.#document(profiles, role, range);
    return this.#key ? signedDocument(document, this.#key) : document;
  }

  /** In Prometheus' text format. @param masked inputs that may not be shown */
  metrics(masked: readonly string[]): string[] {
    const { metrics, mostBins } = this.#settings.profile;
    if (!metrics || this.#models.size === 0) return [];
    return binMetrics(this.#models.values(), mostBins, new Set(masked));
  }

  /** Takes over what an earlier process wrote into the folder, and writes there from now on. */
  async open(): Promise<void> {
    if (!this.#folder) return;
    for (const [role, profiles] of this.#parts()) {
      const document = await this.#folder.read(nameOf(profiles, role));
      if (!document) continue;
      this.#instance = document.instance;
      profiles.takeOver(role, document.profiles);
    }
    this.#timer = setInterval(() => void this.write(), writeMilliseconds).unref();
  }

  /** Writes the sums into the folder, where there is one. Never rejects. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write()).catch((error) => this.#failed(error as Error));
    return this.#writing;
  }

  close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    return this.write();
  }

  async #write(): Promise<void> {
    if (!this.#folder) return;
    for (const [role, profiles] of this.#parts()) {
      const document = await this.#document(profiles, role, wholeRange);
      if (document.profiles.length > 0) await this.#folder.write(nameOf(profiles, role), document);
    }
  }

  #document(profiles: ModelProfiles, role: ProfileRole, range: ProfileRange): Promise<ProfileDocument> {
    const { deployment } = this.#settings;
    const head = { deployment, instance: this.#instance, madeAt: this.#clock.now() };
    return profileDocument(head, profiles, role, range);
  }

  #parts(): [ProfileRole, ModelProfiles][] {
    return [...this.#models.values()].flatMap((profiles) =>
      profileRoles.map((role): [ProfileRole, ModelProfiles] => [role, profiles]),
    );
  }
}

function nameOf({ model }: ModelProfiles, role: ProfileRole): string {
  return role === 'answered' ? model : `${model}.${role}`;
}

function readKey(path: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(path));
    if (isSigningKey(key)) return key;
    throw new Error('it is of another kind');
  } catch (cause) {
    const message = `The key ${path} that is to sign the profile is no private key of ECDSA on P-256, P-384 or P-521 in PEM: ${(cause as Error).message}`;
    throw new GalleyError('serving.invalid_config', message, { details: { path }, cause });
  }
}
