import { getContext, setContext } from 'svelte';
import type { SequencedEvent } from '../../engine/contract/events.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import type { Circle } from '../../engine/contract/project.ts';
import { address, addressOfPhase } from './address.ts';
import type { CallInput, CallName, CallResult, Client } from './client.ts';
import { asClientError, type ClientError } from './client-error.ts';
import { notifyDesktop } from './desktop-notification.ts';
import { followEvents } from './event-follower.ts';
import { type Topic, topicsOf } from './invalidation.ts';
import { errorOfJob, JobList } from './jobs.svelte.ts';
import { NoticeList } from './notices.svelte.ts';
import { forgetSession } from './session.ts';

export type EngineState = 'connecting' | 'running' | 'away' | 'refused';

/** What becomes of files that are dropped on a page. */
export interface DropTarget {
  /** `Drop to score` */
  title: string;
  text: string;
  take(files: readonly File[]): void;
}

const collectFor = 250;

/** What one window holds of the engine: the client, the jobs, the notices, the circle, and who wants to hear of changes. */
export class Workspace {
  readonly client: Client;
  readonly jobs = new JobList();
  readonly notices = new NoticeList();
  #engine = $state<EngineState>('connecting');
  #circle = $state.raw<Circle | undefined>();
  #circleError = $state.raw<ClientError | undefined>();
  #model = $state<string | undefined>();
  #listeners = new Set<{ topics: ReadonlySet<Topic>; run: () => void }>();
  #changed = new Set<Topic>();
  #announced = new Set<string>();
  #shown = new Set<string>();
  #wasOpen = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the open page shows, for the breadcrumb. */
  pageTitle = $state('');
  /** What the open page does with files that are dropped; without it they are added to the data. */
  dropTarget = $state.raw<DropTarget>();

  constructor(client: Client) {
    this.client = client;
  }

  get engine(): EngineState {
    return this.#engine;
  }

  get circle(): Circle | undefined {
    return this.#circle;
  }

  get circleError(): ClientError | undefined {
    return this.#circleError;
  }

  /** The model that the window is about: the one chosen, else the project's first. */
  get model(): string | undefined {
    return this.#model ?? this.#circle?.model?.name;
  }

  chooseModel(model: string | undefined): void {
    if (model === undefined || model === this.#model) return;
    this.#model = model;
    void this.readCircle();
  }

  /** Follows the engine until the returned function is called. */
  follow(): () => void {
    const controller = new AbortController();
    const listener = {
      onEvent: (event: SequencedEvent) => this.#take(event),
      onOpen: (resumed: boolean) => this.#opened(resumed),
      onAway: (error: ClientError) => this.#lost(error),
    };
    void this.readCircle();
    void followEvents(this.client, listener, controller.signal);
    return () => controller.abort();
  }

  /** Runs `run` when one of the topics has changed; returns how to stop. */
  onChange(topics: readonly Topic[], run: () => void): () => void {
    const entry = { topics: new Set(topics), run };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  /** Starts a job whose end is told by a notice. */
  async start<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<Job> {
    const job = await this.begin(name, input);
    this.#announced.add(job.id);
    return job;
  }

  /** Says that the open page tells how a job ends, or what a run asks, so that no notice has to; returns how to stop. */
  shows(id: string): () => void {
    this.#shown.add(id);
    return () => this.#shown.delete(id);
  }

  /** Starts a job whose caller waits for `jobs.result(job.id)` and shows what comes of it. */
  async begin<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<Job> {
    const answer = (await this.client.call(name, input)) as { job: Job };
    this.jobs.merge([answer.job]);
    return answer.job;
  }

  /** Starts a job and waits for its result. */
  async run<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallResult<Name>> {
    const job = await this.begin(name, input);
    return (await this.jobs.result(job.id)) as CallResult<Name>;
  }

  async cancel(job: Job): Promise<void> {
    const answer = await this.client.call('jobs.cancel', { id: job.id });
    this.jobs.merge([answer.job]);
  }

  /** Shows a failure as a notice; a cancellation is none. */
  report(thrown: unknown): void {
    const { report } = asClientError(thrown);
    if (report.kind === 'canceled') return;
    this.notices.add({ tone: 'bad', title: report.message, detail: report.hint });
  }

  async readCircle(): Promise<void> {
    try {
      this.#circle = await this.client.call('project.circle', { model: this.#model });
      this.#circleError = undefined;
    } catch (thrown) {
      this.#circleError = asClientError(thrown);
    }
  }

  /** A first opening needs no rereading: screens have just read. A later one that could not resume does. */
  #opened(resumed: boolean): void {
    const isFirst = !this.#wasOpen;
    this.#wasOpen = true;
    this.#engine = 'running';
    if (resumed || isFirst) void this.#readJobs();
    else this.#take({ type: 'reset', sequence: 0 });
  }

  #lost(error: ClientError): void {
    const isRefused = error.report.code === 'server.token_missing';
    if (isRefused) forgetSession();
    this.#engine = isRefused ? 'refused' : 'away';
  }

  #take(event: SequencedEvent): void {
    if (event.type === 'reset') void this.#readJobs();
    if (event.type === 'job.changed') this.#announce(this.jobs.merge([event.job]));
    if (event.type === 'alert.told') this.#tellAlert(event);
    if (event.type === 'source.failed') {
      const { title, detail, dataset } = event;
      this.notices.add({ tone: 'bad', title, detail, address: address.dataset(dataset) });
    }
    if (event.type === 'release.undone') {
      const { title, detail, deployment } = event;
      this.notices.add({ tone: 'warning', title, detail, address: address.deploy(deployment) });
    }
    if (event.type === 'approval.asked') {
      const { title, detail, run } = event;
      const notice = { title, detail, address: address.retrain(run), question: questionOf(event) };
      this.notices.add({ tone: 'warning', ...notice }, this.#shown.has(run));
      notifyDesktop(title, detail, address.retrain(run));
    }
    if (event.type === 'approval.answered') this.notices.answered(questionOf(event));
    for (const topic of topicsOf(event)) this.#changed.add(topic);
    if (this.#changed.size > 0) this.#timer ??= setTimeout(() => this.#publish(), collectFor);
  }

  /** In the window, and on the desktop where nobody looks at the window. */
  #tellAlert({ alert, title, detail, deployment, severity }: Extract<SequencedEvent, { type: 'alert.told' }>): void {
    const place = address.monitor(deployment, 'alerts', { alert });
    this.notices.add({ tone: severity, title, detail, address: place });
    notifyDesktop(`${deployment}: ${title}`, detail, place);
  }

  #publish(): void {
    const changed = this.#changed;
    this.#changed = new Set();
    this.#timer = undefined;
    if (changed.has('circle')) void this.readCircle();
    for (const listener of this.#listeners)
      if ([...changed].some((topic) => listener.topics.has(topic))) listener.run();
  }

  async #readJobs(): Promise<void> {
    try {
      const { jobs } = await this.client.call('jobs.list', { limit: 50 });
      this.jobs.merge(jobs);
    } catch (thrown) {
      this.report(thrown);
    }
  }

  #announce(ended: readonly Job[]): void {
    for (const job of ended.filter(({ id }) => this.#announced.delete(id) && !this.#shown.has(id))) {
      const address = addressOfPhase(job.kind.split('.')[0] ?? '');
      if (job.state === 'succeeded' && !waitsForPerson(job))
        this.notices.add({ tone: 'good', title: job.title, detail: 'finished', address });
      if (job.state === 'failed') {
        const { message, hint } = errorOfJob(job).report;
        this.notices.add({ tone: 'bad', title: message, detail: hint, address });
      }
    }
  }
}

function questionOf({ run, step }: { run: string; step: string }): string {
  return `${run} ${step}`;
}

/** A run of a pipeline that stands still until somebody decides: that is told by itself. */
function waitsForPerson({ result }: Job): boolean {
  return (result as { pipeline_run?: { status?: string } } | null)?.pipeline_run?.status === 'paused';
}

const key = Symbol('workspace');

export function provideWorkspace(workspace: Workspace): void {
  setContext(key, workspace);
}

/** The workspace of the window; to be called while a component is made. */
export function useWorkspace(): Workspace {
  return getContext<Workspace>(key);
}
