import type { dataFindingCalls, Finding } from '../../contract/data-findings.ts';
import type { Marks } from '../../contract/data-privacy.ts';
import type { dataRelationCalls, Relations } from '../../contract/data-relations.ts';
import type { Job } from '../../contract/jobs.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { maskedFindings, maskedRelations } from '../privacy/masked-answers.ts';
import { checkTarget, type RelationsInput } from '../relations/relations-job.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import { readablePaths } from '../versions/reading-form.ts';
import { resolveVersion } from '../versions/resolve.ts';
import type { ExamineInput } from './examine-job.ts';
import { ExaminationStore } from './store.ts';

/** Raised when rules or estimators change: what was kept before is then looked for again. */
const edition = 1;

/** What jobs found out about versions, and the jobs that do. */
export class Examinations {
  readonly #context: EngineContext;
  readonly #store: DataStore;
  readonly #kept: ExaminationStore;
  /** Jobs under way, by what they look for: two screens that ask for the same wait for one job. */
  readonly #running = new Map<string, Job>();

  constructor(context: EngineContext, store: DataStore) {
    this.#context = context;
    this.#store = store;
    this.#kept = new ExaminationStore(context.database);
  }

  /** Findings where they are known. */
  findings(version: StoredVersion): Finding[] | null {
    return this.#kept.get<{ findings: Finding[] }>(version.identity, this.#findingsSubject(version))?.findings ?? null;
  }

  /** Starts the job that looks for findings; what it answers, not what is kept, is masked by the marks. */
  async examine(version: StoredVersion, marks: Marks = {}): Promise<Job> {
    const input: ExamineInput = {
      paths: await readablePaths(this.#context, version),
      rows: version.rows,
      profile: this.#store.profile(version),
      keyColumns: version.dataset.keyColumns,
      now: this.#context.clock.now(),
    };
    return this.#job(version, {
      kind: 'data.examine',
      title: `Look through ${version.dataset.name}@${version.number}`,
      subject: this.#findingsSubject(version),
      input,
      contentOf: (findings: Finding[]) => ({ findings }),
      marks,
      masked: ({ findings }) => ({ findings: maskedFindings(findings, marks) }),
    });
  }

  /** Starts the job that looks for relations. @throws GalleyError `data.unknown_column`, `data.unusable_target` */
  async relate(version: StoredVersion, target: string | null, marks: Marks = {}): Promise<Job> {
    const profile = this.#store.profile(version);
    if (target !== null) checkTarget(profile, target);
    const { timeColumn } = version.dataset;
    const input: RelationsInput = {
      paths: await readablePaths(this.#context, version),
      rows: version.rows,
      profile,
      timeColumn,
      target,
    };
    return this.#job(version, {
      kind: 'data.relations',
      title: `Relate the columns of ${version.dataset.name}@${version.number}${target === null ? '' : ` with ${target}`}`,
      subject: `relations ${edition} ${JSON.stringify([target, timeColumn])}`,
      input,
      contentOf: (relations: Relations) => relations,
      marks,
      masked: (relations) => maskedRelations(relations, marks),
    });
  }

  #findingsSubject(version: StoredVersion): string {
    return `findings ${edition} ${JSON.stringify(version.dataset.keyColumns)}`;
  }

  #job<Output, Content>(
    version: StoredVersion,
    work: {
      kind: string;
      title: string;
      subject: string;
      input: unknown;
      contentOf(output: Output): Content;
      marks: Marks;
      masked(content: Content): Content;
    },
  ): Job {
    const { jobs, clock } = this.#context;
    const { kind, title, subject, input } = work;
    const known = this.#kept.get<Content>(version.identity, subject);
    if (known !== undefined) return jobs.direct({ kind, title, input: null, run: async () => work.masked(known) });
    const key = `${version.identity} ${subject} ${JSON.stringify(work.marks)}`;
    const running = this.#running.get(key);
    if (running) return running;
    const job = jobs.submit<Output, Content>({
      kind,
      title,
      input,
      commit: (output) => {
        this.#running.delete(key);
        const content = work.contentOf(output);
        this.#kept.put(version.identity, subject, content, clock.now());
        return work.masked(content);
      },
      abandon: () => this.#running.delete(key),
    });
    this.#running.set(key, job);
    return job;
  }
}

export function examinationHandlers(
  examinations: Examinations,
  store: DataStore,
): Handlers<typeof dataFindingCalls & typeof dataRelationCalls> {
  return {
    examine: async ({ reference, masked }) => {
      const version = resolveVersion(store, reference);
      return examinations.examine(version, masked ? store.marks.marks(version.dataset.id) : {});
    },
    relations: async ({ reference, target, masked }) => {
      const version = resolveVersion(store, reference);
      return examinations.relate(version, target ?? null, masked ? store.marks.marks(version.dataset.id) : {});
    },
  };
}
