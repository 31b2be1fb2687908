import { join } from 'node:path';
import { isoTimeOrNull } from '../../base/clock.ts';
import type { LabelledComparison } from '../../contract/retrain-artifacts.ts';
import { jobResult } from '../../jobs/job-result.ts';
import type { LabelledWish } from '../../monitor/index.ts';
import { compareInput, type Match } from '../contenders.ts';
import { inPassingFolder } from '../passing-folder.ts';
import type { StepTools } from '../step-tools.ts';
import { hindrance } from './hindrance.ts';
import type { LabelledFindings, LabelledInput } from './labelled-job.ts';

/** Which requests are looked at. */
export interface RequestsWish extends Omit<LabelledWish, 'signatures'> {
  /** By name or id. */
  deployment: string;
  /** What the champion was worth before, for where it cannot answer the requests. */
  reference?: number | null;
  /** Counts requests as well that a model may have been trained on. */
  countKnown?: boolean;
}

/**
 * Judges both by what came true of the requests of a deployment; those that one of them may have been
 * trained on are left out unless they are to count.
 * @returns with `alone` where the champion cannot answer the requests, and the challenger was judged against the reference
 * @throws GalleyError `deploy.not_found`
 */
export async function compareLabelled(
  tools: StepTools,
  match: Match,
  { deployment, reference = null, countKnown = false, ...requests }: RequestsWish,
): Promise<LabelledComparison & { alone: boolean }> {
  const { context, phases } = tools;
  const { id, name } = phases.deploy.find(deployment);
  const input = await compareInput(tools, match);
  return inPassingFolder(context, async (folder) => {
    const file = join(folder, 'requests.parquet');
    const signatures = [input.challenger.signature, input.champion.signature];
    const found = await phases.monitor.labelledRequests(id, { ...requests, signatures }, file);
    const times = { since: isoTimeOrNull(found.since), until: isoTimeOrNull(found.until) };
    const [ofChallenger, ofChampion] = signatures.map((signature) => hindrance(signature, found.inputs));
    const alone = ofChampion !== undefined;
    const about = { deployment: name, ...times, alone };
    if (found.rows === 0) return { ...about, ...nothing };
    if (ofChallenger !== undefined)
      return { ...about, ...nothing, unanswered: `version ${match.challenger.version.version} ${ofChallenger}` };
    if (alone && reference === null)
      return { ...about, ...nothing, unanswered: `version ${match.champion.version.version} ${ofChampion}` };
    const { confidence, ...judged } = await judgedInJob(tools, match, {
      match: input,
      file,
      inputs: found.inputs,
      reference: alone ? reference : null,
      countKnown,
    });
    return { ...about, ...judged };
  });
}

const nothing = { champion: null, challenger: null, gain: null, interval: null, rows: 0, known: 0 };

function judgedInJob(
  tools: StepTools,
  { champion, challenger }: Match,
  input: LabelledInput,
): Promise<LabelledFindings> {
  return jobResult<LabelledFindings>(tools, () =>
    tools.context.jobs.submit<LabelledFindings, LabelledFindings>({
      kind: 'retrain.labelled',
      title: `Compare ${champion.version.model} ${challenger.version.version} with ${champion.version.version} on labelled requests`,
      input,
      commit: (findings) => findings,
    }),
  );
}
