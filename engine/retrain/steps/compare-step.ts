import { figure } from '../../base/figures.ts';
import { count, metricName } from '../../base/words.ts';
import type { ComparisonArtifact, VersionArtifact } from '../../contract/retrain-artifacts.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { compareInput, type Match, requireComparable, type Side, sideOf } from '../contenders.ts';
import type { Comparison } from '../decision.ts';
import { durationOf } from '../definition/duration.ts';
import type { StepRequest, StepRunner } from '../execution/step-runner.ts';
import type { RankingMetric } from '../judge.ts';
import { compareLabelled } from '../labelled/compare-labelled.ts';
import type { StepPhases } from '../step-tools.ts';
import { holdoutInWords } from './holdout-words.ts';

/** What a step of the kind `compare` may say beside its inputs. */
interface CompareMembers {
  champion?: string;
  metric?: string;
  margin?: number;
  labelled?: string;
  recent?: string;
}

/** Labelled requests that are looked at, the newest. */
const mostLabelled = 10_000;

/**
 * Judges challengers and champion on the rows that neither was trained on; of several challengers the best is kept, and
 * judged on the labelled requests of a deployment as well where that is wished.
 */
export function compareStep(tools: StepPhases): StepRunner {
  return {
    identity: async (request) => {
      // Requests come in and get their labels all the time.
      if ((request.task.members as CompareMembers).labelled !== undefined) return null;
      return { champion: (await championOf(tools, request)).version.id };
    },
    run: async (request) => {
      const members = request.task.members as CompareMembers;
      const champion = await championOf(tools, request);
      const comparisons: ComparisonArtifact[] = [];
      for (const artifact of challengersOf(request)) {
        const challenger = await sideOf(tools, `${artifact.model}@${artifact.version}`);
        const comparison = await compared(tools, request, champion, challenger, members);
        request.log(comparisonInWords(comparison));
        comparisons.push(comparison);
      }
      const best = await withLabelled(tools, request, champion, comparisons.reduce(better));
      const { gain, confidence, rows, challenger, labelled } = best;
      const facts = {
        ...{ gain, confidence, rows, lowest_gain: best.interval?.[0] ?? null, challenger: challenger.version },
        ...(labelled && { labelled_gain: labelled.gain, labelled_rows: labelled.rows }),
      };
      return { summary: comparisonInWords(best), output: best, facts };
    },
  };
}

function challengersOf({ inputs }: StepRequest): VersionArtifact[] {
  return (inputs.challengers ?? []).filter((artifact) => artifact.type === 'version');
}

async function championOf(tools: StepPhases, request: StepRequest): Promise<Side> {
  return sideOf(tools, nameOfChampion(request));
}

function nameOfChampion(request: StepRequest): string {
  const { champion } = request.task.members as CompareMembers;
  return champion ?? `${challengersOf(request)[0]?.model}@champion`;
}

/** The one with the larger gain; the first of equals. */
function better(one: ComparisonArtifact, other: ComparisonArtifact): ComparisonArtifact {
  return (other.gain ?? Number.NEGATIVE_INFINITY) > (one.gain ?? Number.NEGATIVE_INFINITY) ? other : one;
}

function comparisonInWords({ champion, challenger, gain, rows, metric }: ComparisonArtifact): string {
  if (champion.version === challenger.version) return `version ${challenger.version} is the champion itself`;
  return `version ${challenger.version} against ${champion.version}: ${metricName(metric.name)} ${shown(challenger.value)} against ${shown(champion.value)}, a gain of ${shown(gain)} on ${count(rows, 'row')}`;
}

function shown(value: number | null): string {
  return value === null ? 'undefined' : figure(value);
}

async function compared(
  tools: StepPhases,
  request: StepRequest,
  champion: Side,
  challenger: Side,
  { metric: wanted, margin = 0 }: CompareMembers,
): Promise<ComparisonArtifact> {
  const metric = wanted === undefined ? champion.version.metric : rankingMetric(champion, wanted);
  const known = {
    type: 'comparison' as const,
    model: champion.version.model,
    against: nameOfChampion(request),
    metric: { name: metric.name, lowerIsBetter: metric.lowerIsBetter },
    margin,
    holdout: await holdoutInWords(tools, challenger.run),
  };
  const sides = (championValue: number | null, challengerValue: number | null) => ({
    champion: { version: champion.version.version, value: championValue },
    challenger: { version: challenger.version.version, value: challengerValue },
  });
  if (champion.version.id === challenger.version.id)
    return { ...known, ...sides(null, null), gain: null, interval: null, confidence: null, rows: 0 };
  const found = await judged(tools, request, { champion, challenger, metric, margin });
  const { gain, interval, confidence, rows } = found;
  return { ...known, ...sides(found.champion, found.challenger), gain, interval, confidence, rows };
}

/** A metric of the runs by its name; whether lower is better is known of the one that ranks them, and of errors and losses. */
function rankingMetric({ version }: Side, name: string): RankingMetric {
  if (name === version.metric.name) return version.metric;
  return { name, lowerIsBetter: /(error|loss|deviance|brier|mae|mse|rmse|mape)/.test(name) };
}

async function judged(tools: StepPhases, { signal }: StepRequest, match: Match): Promise<Comparison> {
  const { champion, challenger } = match;
  const input = await compareInput(tools, match);
  requireComparable(match, input);
  return jobResult<Comparison>({ ...tools, signal }, () =>
    tools.context.jobs.submit<Comparison, Comparison>({
      kind: 'retrain.compare',
      title: `Compare ${champion.version.model} ${challenger.version.version} with ${champion.version.version}`,
      input,
      commit: (comparison) => comparison,
    }),
  );
}

async function withLabelled(
  tools: StepPhases,
  request: StepRequest,
  champion: Side,
  comparison: ComparisonArtifact,
): Promise<ComparisonArtifact> {
  const { labelled: deployment, recent } = request.task.members as CompareMembers;
  if (deployment === undefined || comparison.champion.version === comparison.challenger.version) return comparison;
  const { model, metric, challenger } = comparison;
  const match = { champion, challenger: await sideOf(tools, `${model}@${challenger.version}`), metric, margin: 0 };
  const receivedSince = recent === undefined ? null : tools.context.clock.now() - durationOf(recent);
  const requests = { deployment, receivedSince, most: mostLabelled, first: false };
  const { alone: _, ...labelled } = await compareLabelled({ ...tools, signal: request.signal }, match, requests);
  request.log(
    `on ${count(labelled.rows, 'labelled request')} of ${labelled.deployment} a gain of ${shown(labelled.gain)}`,
  );
  return { ...comparison, labelled };
}
