import { GalleyError } from '../../base/errors.ts';
import type {
  CheckReport,
  CheckResult,
  Expectation,
  ExpectationView,
  expectationCalls,
  InferredExpectation,
} from '../../contract/data-expectations.ts';
import type { Job } from '../../contract/jobs.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { sqlText } from '../../store/duck.ts';
import { maskedPage } from '../privacy/mask.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import { readablePaths } from '../versions/reading-form.ts';
import { requireDataset, resolveVersion } from '../versions/resolve.ts';
import type { CheckJobInput } from './check-job.ts';
import {
  expectationPath,
  expectationText,
  expectationYaml,
  parseExpectations,
  readExpectations,
  writeExpectationText,
} from './expectation-file.ts';
import { failingRows } from './failing-rows.ts';
import type { InferJobInput } from './infer-job.ts';
import { keyed } from './keys.ts';
import { prepareCheck } from './prepare.ts';
import { describeExpectation } from './words.ts';

const versionsInHistory = 50;

function changed(context: EngineContext, dataset: string): void {
  context.events.publish({ type: 'phase.changed', phase: 'data', subject: dataset });
}

/** The expectations of a file's text, or what is wrong with it. */
function readText(text: string, dataset: string): Pick<ExpectationView, 'expectations' | 'problem'> {
  try {
    const expectations = keyed(text === '' ? [] : parseExpectations(text, dataset)).map(({ key, expectation }) => ({
      key,
      expectation,
      says: describeExpectation(expectation),
    }));
    return { expectations, problem: null };
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error;
    const line = typeof error.details.line === 'number' ? error.details.line : null;
    return { expectations: [], problem: { message: error.message, line } };
  }
}

/** A report for a history: the rows that failed are asked for one check at a time. */
function withoutSamples(report: CheckReport): CheckReport {
  return { ...report, results: report.results.map((result) => ({ ...result, sample: [] })) };
}

function view(context: EngineContext, store: DataStore, name: string): ExpectationView {
  const dataset = requireDataset(store, name);
  const text = expectationText(context.project.path, name);
  return {
    dataset: name,
    path: expectationPath(context.project.path, name),
    exists: text !== '',
    text,
    ...readText(text, name),
    history: store.checks.history(dataset.id, versionsInHistory).map(withoutSamples),
  };
}

/** @throws GalleyError `data.invalid_expectations` where RE2 does not know a pattern */
async function requirePatterns(context: EngineContext, expectations: readonly Expectation[]): Promise<void> {
  for (const expectation of expectations) {
    if (expectation.kind !== 'pattern') continue;
    try {
      await context.duck.rows(`SELECT regexp_matches('', ${sqlText(expectation.pattern)})`);
    } catch (cause) {
      const reason = (cause as Error).message.replace(/^[A-Za-z ]*Error: /, '');
      throw new GalleyError(
        'data.invalid_expectations',
        `The pattern ${expectation.pattern} of "${expectation.column}" cannot be read: ${reason}.`,
        {
          details: { column: expectation.column, pattern: expectation.pattern },
          cause,
        },
      );
    }
  }
}

async function save(
  context: EngineContext,
  store: DataStore,
  { dataset, expectations, text }: { dataset: string; expectations?: Expectation[]; text?: string },
): Promise<ExpectationView> {
  requireDataset(store, dataset);
  if ((expectations === undefined) === (text === undefined)) {
    throw new GalleyError('call.invalid_input', 'data.saveExpectations needs either a list or a text.');
  }
  const before = expectationText(context.project.path, dataset);
  const written = text ?? expectationYaml(dataset, expectations ?? [], before);
  await requirePatterns(context, parseExpectations(written, dataset));
  writeExpectationText(context.project.path, dataset, written);
  changed(context, dataset);
  return view(context, store, dataset);
}

async function checkVersion(context: EngineContext, store: DataStore, version: StoredVersion): Promise<Job> {
  const { name } = version.dataset;
  const before = store.versions(version.dataset).find(({ number }) => number < version.number);
  const check = await prepareCheck(context, store, name, before?.rows ?? null);
  if (!check) {
    throw new GalleyError('data.unknown_expectation', `Nothing is expected of ${name} yet.`, {
      hint: `Run \`galley data expect ${name} --infer --write\`, or write expectations/${name}.yaml.`,
      details: { dataset: name },
    });
  }
  const { schema } = version.manifest;
  return context.jobs.submit<CheckResult[], CheckReport>({
    kind: 'data.check',
    title: `Check ${name}@${version.number}`,
    input: { paths: await readablePaths(context, version), schema, rows: version.rows, check } satisfies CheckJobInput,
    commit: (results) => {
      const id = context.newId('chk');
      store.checks.record({ id, versionId: version.id, checkedAt: context.clock.now(), accepted: false, results });
      changed(context, name);
      return store.checks.latest(version.id) as CheckReport;
    },
  });
}

/** Adds the expectations that the dataset does not have yet to its file. */
function writeNew(context: EngineContext, dataset: string, proposed: readonly InferredExpectation[]): void {
  const before = readExpectations(context.project.path, dataset);
  const known = keyed(before).map(({ key }) => key);
  const added = proposed.filter(({ key }) => !known.includes(key)).map(({ expectation }) => expectation);
  const text = expectationText(context.project.path, dataset);
  writeExpectationText(context.project.path, dataset, expectationYaml(dataset, [...before, ...added], text));
  changed(context, dataset);
}

async function infer(context: EngineContext, store: DataStore, version: StoredVersion, write = false): Promise<Job> {
  const { keyColumns, timeColumn, name } = version.dataset;
  const facts = { profile: store.profile(version), keyColumns, timeColumn, now: context.clock.now() };
  const { schema } = version.manifest;
  return context.jobs.submit<InferredExpectation[], unknown>({
    kind: 'data.infer',
    title: `Propose expectations of ${name}@${version.number}`,
    input: { paths: await readablePaths(context, version), schema, rows: version.rows, facts } satisfies InferJobInput,
    commit: (expectations) => {
      if (write) writeNew(context, name, expectations);
      return { dataset: name, version: version.number, expectations, written: write };
    },
  });
}

export function expectationHandlers(context: EngineContext, store: DataStore): Handlers<typeof expectationCalls> {
  return {
    expectations: async ({ dataset }) => view(context, store, dataset),
    saveExpectations: async (order) => save(context, store, order),
    inferExpectations: async ({ reference, write }) => infer(context, store, resolveVersion(store, reference), write),
    check: async ({ reference }) => checkVersion(context, store, resolveVersion(store, reference)),
    failingRows: async ({ reference, masked, ...order }, signal) => {
      const version = resolveVersion(store, reference);
      const page = await failingRows(context, store, version, order, signal);
      return masked ? maskedPage(page, store.marks.marks(version.dataset.id)) : page;
    },
  };
}
