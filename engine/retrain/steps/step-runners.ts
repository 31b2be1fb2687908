import type { StepRunners } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { approveStep } from './approve-step.ts';
import { backtestStep } from './backtest-step.ts';
import { checkStep } from './check-step.ts';
import { cleanStep } from './clean-step.ts';
import { compareStep } from './compare-step.ts';
import { deployStep } from './deploy-step.ts';
import { evaluateStep } from './evaluate-step.ts';
import { fetchStep } from './fetch-step.ts';
import { gateStep } from './gate-step.ts';
import { notifyStep } from './notify-step.ts';
import { registerStep } from './register-step.ts';
import { reportStep } from './report-step.ts';
import { runStep } from './run-step.ts';
import { splitStep } from './split-step.ts';
import { sweepStep } from './sweep-step.ts';
import { trainStep } from './train-step.ts';

/** How each kind of steps does its work. */
export function stepRunners(tools: StepPhases): StepRunners {
  return {
    fetch: fetchStep(tools),
    clean: cleanStep(tools),
    check: checkStep(tools),
    split: splitStep(tools),
    train: trainStep(tools),
    sweep: sweepStep(tools),
    evaluate: evaluateStep(tools),
    register: registerStep(tools),
    compare: compareStep(tools),
    gate: gateStep(tools),
    approve: approveStep(tools),
    deploy: deployStep(tools),
    backtest: backtestStep(tools),
    report: reportStep(tools),
    notify: notifyStep(tools),
    run: runStep(tools),
  };
}
