import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { InputOf } from '../../contract/call.ts';
import type { dataConnectionCalls, SourceChoice } from '../../contract/data-connections.ts';
import type { FilePreview } from '../../contract/data-results.ts';
import type { Job } from '../../contract/jobs.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { SecretStore } from '../../store/secrets.ts';
import type { Trust } from '../../store/trust.ts';
import { nextReading } from '../imports/add-options.ts';
import { maskedPreview } from '../privacy/masked-answers.ts';
import { previewHead } from '../sources/preview.ts';
import { selectFiles } from '../sources/select-files.ts';
import type { DataStore } from '../store.ts';
import { type AddOrder, submitAdd } from '../versions/add.ts';
import { fileState } from '../watch/file-state.ts';
import { addressAccount, checkChoice, choiceTitle, type StoredChoice, splitAddress } from './choices.ts';
import type { Connections } from './connections.ts';
import { type FetchInput, fetchSource, secretNames } from './fetch.ts';
import { KeptFetches } from './kept-fetches.ts';
import { previewObject } from './preview-object.ts';
import type { Place, SourceBook } from './source-book.ts';
import type { ConnectionStore, StoredConnection } from './store.ts';

const previewRows = 100;

type PreviewSourceOrder = InputOf<typeof dataConnectionCalls.previewSource>;

interface Parts {
  context: EngineContext;
  data: DataStore;
  store: ConnectionStore;
  connections: Connections;
  secrets: SecretStore;
  book: SourceBook;
  trust: Trust;
}

/** A place with what it takes to read it. */
interface Access {
  place: Place;
  connection: StoredConnection | undefined;
  secrets: Record<string, string>;
}

/** Reads sources: shows their first rows, adds them, and reads them again. Always because its user asked. */
export class SourceReader {
  readonly #parts: Parts;
  readonly #kept = new KeptFetches();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * The first rows as an import would read them, under the remembered options of a dataset where they are for one. What was
   * fetched stays at hand, for other options.
   * @throws GalleyError `data.*`
   */
  async preview(
    order: PreviewSourceOrder,
    signal: AbortSignal | undefined,
  ): Promise<FilePreview & { fetched: string }> {
    const { context, data } = this.#parts;
    const dataset = order.dataset === undefined ? undefined : data.dataset(order.dataset);
    const remembered = dataset ? data.imports.remembered(dataset.id) : { given: {}, found: {} };
    const marks = order.masked && dataset ? data.marks.marks(dataset.id) : {};
    const reading = nextReading(order.options, remembered);
    const hints = { ...reading.hints, marked: Object.keys(marks) };
    const access = await this.#choose(order.source);
    const isKept = order.fetched !== undefined && this.#kept.has(order.fetched);
    const fetched = isKept ? (order.fetched as string) : await this.#fetchHead(access, signal);
    const preview = await this.#kept.use(fetched, async ({ files, warnings }) => {
      const [file] = files;
      if (!file) throw new GalleyError('data.no_source', 'There is nothing to show.');
      const { isHead = false } = file;
      const head = await previewHead(context, file.path, { name: file.name, options: reading.options, hints });
      const isWhole = head.whole && !isHead;
      const rowCount = isWhole ? head.rowCount : null;
      return { ...head, whole: isWhole, rowCount, warnings: [...warnings, ...head.warnings], fetched };
    });
    return { ...maskedPreview(preview, marks), fetched };
  }

  /** Fetches what a preview needs; answers under which id it is kept. */
  async #fetchHead(access: Access, signal: AbortSignal | undefined): Promise<string> {
    const { context } = this.#parts;
    const id = context.newId('job');
    const folder = join(context.project.path, 'run', 'jobs', id);
    mkdirSync(folder, { recursive: true });
    const job = {
      stagingFolder: folder,
      secrets: access.secrets,
      progress: () => {},
      throwIfCanceled: () => signal?.throwIfAborted(),
    };
    const input = { choice: access.place.choice, settings: access.connection?.settings ?? null, state: null };
    try {
      const remote = access.place.choice.kind === 'objects' || access.place.choice.kind === 'address';
      const fetched = remote ? await previewObject(input, job) : await fetchSource(input, job, previewRows);
      this.#kept.keep(id, { folder, fetched: fetched ?? { files: [], state: null, warnings: [] } });
      return id;
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Starts the job that adds a source as a version. @throws GalleyError `data.*` */
  async add(order: Omit<AddOrder, 'files'> & { source: SourceChoice }): Promise<Job> {
    const { source, ...rest } = order;
    return this.#submit(await this.#choose(source), rest, 'add');
  }

  /** Starts the job that reads a dataset's source again. @throws GalleyError `data.no_source`, `data.*` */
  async refresh({ name, ...accept }: Pick<AddOrder, 'name' | 'acceptFailures'>): Promise<Job> {
    const source = this.#parts.book.of(name);
    if (!source)
      throw new GalleyError('data.no_source', `${name} has no source that could be read again.`, { details: { name } });
    this.requireTrust();
    return this.#submit(await this.#reach(source), { name, ...accept }, 'refresh');
  }

  /** Starts the job that reads files of this machine, for the first time or again. */
  async files(order: Omit<AddOrder, 'files' | 'notes'> & { paths: string[]; glob?: string }): Promise<Job> {
    const { context, data, book } = this.#parts;
    const { paths, glob, ...rest } = order;
    const seen = (await fileState({ paths, glob })).text;
    const { files, warnings } = await selectFiles(paths, glob);
    const place: Place = {
      choice: { kind: 'files', paths, ...(glob === undefined ? {} : { glob }) },
      connectionId: null,
    };
    const remembering = order.append || order.upsert ? {} : book.remember(order.name, place, seen);
    return submitAdd(context, data, { ...rest, ...remembering, files, notes: warnings });
  }

  #submit(access: Access, order: Omit<AddOrder, 'files'>, kind: 'add' | 'refresh'): Promise<Job> {
    const { context, data, book } = this.#parts;
    const { place, connection, secrets } = access;
    const { choice } = place;
    const title = choiceTitle(choice, connection?.name);
    const origin = { kind, detail: { source: title, connection: connection?.name } };
    if (choice.kind === 'files') return this.files({ ...order, origin, paths: choice.paths, glob: choice.glob });
    return submitAdd(context, data, {
      ...order,
      origin,
      files: [],
      fetch: { input: this.#fetchInput(access, order), secrets, title },
      ...book.remember(order.name, place),
    });
  }

  /** What the source was when it was read counts only where the latest version is that, read with the same options. */
  #fetchInput({ place, connection }: Access, { name, options }: Pick<AddOrder, 'name' | 'options'>): FetchInput {
    const { data, book } = this.#parts;
    const dataset = data.dataset(name);
    const source = book.of(name);
    const latest = dataset && data.latest(dataset);
    const same =
      source &&
      dataset !== undefined &&
      latest?.identity === source.identity &&
      JSON.stringify(source.choice) === JSON.stringify(place.choice) &&
      nextReading(options, data.imports.remembered(dataset.id)).isRemembered;
    return { choice: place.choice, settings: connection?.settings ?? null, state: same ? source.state : null };
  }

  /** What its user asks for now: secrets in an address are taken out and kept. */
  async #choose(choice: SourceChoice): Promise<Access> {
    const { connections, secrets } = this.#parts;
    const connection = choice.connection === undefined ? undefined : connections.require(choice.connection);
    if (connection) this.requireTrust();
    const checked = checkChoice(choice, connection?.settings.kind);
    if (checked) return this.#reach({ choice: checked, connectionId: connection?.id ?? null });
    const split = splitAddress(wholeAddress(choice.url as string, connection));
    const account = addressAccount(split.choice);
    const secret = {
      ...(split.password === undefined ? {} : { password: split.password }),
      parameters: split.parameters,
    };
    const hasSecret = split.password !== undefined || split.choice.hidden.length > 0;
    if (account !== undefined && hasSecret) await secrets.save(account, JSON.stringify(secret));
    return this.#reach({ choice: split.choice, connectionId: connection?.id ?? null });
  }

  async #reach({ choice, connectionId }: Place): Promise<Access> {
    const { store, connections } = this.#parts;
    const connection = connectionId === null ? undefined : store.byId(connectionId);
    const place = { choice, connectionId };
    const password = connection && (await connections.secret(connection.settings));
    const own = choice.kind === 'address' ? await this.#addressSecrets(choice) : {};
    return {
      place,
      connection,
      secrets: { ...(password === undefined ? {} : { [secretNames.password]: password }), ...own },
    };
  }

  async #addressSecrets(choice: StoredChoice & { kind: 'address' }): Promise<Record<string, string>> {
    const account = addressAccount(choice);
    if (account === undefined) return {};
    const { secret } = await this.#parts.secrets.find({ account, variable: undefined });
    if (secret === undefined) {
      throw new GalleyError(
        'data.secret_needed',
        `The password or key of ${new URL(choice.url).host} is not known here.`,
        {
          hint: 'Add the dataset from the whole address again: its secrets are kept in the keychain, or until the engine ends.',
        },
      );
    }
    const { password, parameters } = JSON.parse(secret) as { password?: string; parameters: Record<string, string> };
    return {
      ...(password === undefined ? {} : { [secretNames.password]: password }),
      [secretNames.parameters]: JSON.stringify(parameters),
    };
  }

  /** Connections and sources of a project that came from elsewhere lead wherever its maker wanted. */
  requireTrust(): void {
    const { context, trust } = this.#parts;
    if (trust.has(context.project)) return;
    throw new GalleyError(
      'data.source_not_trusted',
      `The project ${context.project.name} came from elsewhere; nobody on this machine has trusted its connections yet.`,
      { details: { project: context.project.path } },
    );
  }
}

/** The address itself, or what follows that of an http connection. */
function wholeAddress(url: string, connection: StoredConnection | undefined): string {
  const base = connection?.settings.url;
  if (base === undefined) {
    if (!connection) return url;
    throw new GalleyError('data.connection_incomplete', `${connection.name} is no connection to an address.`);
  }
  const whole = URL.canParse(url, base) ? new URL(url, base).toString() : url;
  if (!whole.startsWith(base)) {
    throw new GalleyError('data.address_refused', `The address does not begin with that of the connection, ${base}.`);
  }
  return whole;
}
