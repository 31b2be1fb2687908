import type { ErrorReport } from '../../../engine/contract/errors.ts';
import type { ColumnSettings, TargetTransform } from '../../../engine/contract/train-features.ts';
import { type ClassWeighting, readWeight } from './class-weights.ts';
import type { Effort } from './effort.ts';
import { type FormField, fieldOf, isUnderMore, parameterFaults } from './error-fields.ts';
import type { Interaction } from './interactions.ts';
import { type ParameterValue, parameterTitle, type WrongText } from './parameter-text.ts';
import { allRows, type WindowWish, windowFaults } from './row-window.ts';
import { OwnSearch } from './search/own-search.svelte.ts';
import type { ParameterSearch } from './search/parameter-search.ts';
import type { SplitKind } from './split-choice.ts';

/** What is chosen in the form of a new run; what is undefined or empty is left to the engine. */
export class NewRun {
  data = $state<string>();
  target = $state<string>();
  effort = $state<Effort>('1 min');
  unwanted = $state.raw<ReadonlySet<string>>(new Set());
  parameters = $state.raw<Record<string, Record<string, ParameterValue>>>({});
  splitKind = $state<SplitKind>();
  splitBy = $state<string>();
  /** Values of `splitBy` whose rows are held out. */
  splitValues = $state.raw<readonly string[]>([]);
  splitEvery = $state(5);
  /** Another dataset whose rows judge. */
  splitOther = $state<string>();
  /** In percent of the rows. */
  holdout = $state(20);
  window = $state.raw<WindowWish>(allRows);
  /** How it searches; all but `folds` where the effort is a search of one's own. */
  search = new OwnSearch();
  metric = $state<string>();
  seed = $state(0);
  /** Columns that are not learnt from. */
  left = $state.raw<ReadonlySet<string>>(new Set());
  /** Marked columns that may be learnt from all the same. */
  allowed = $state.raw<ReadonlySet<string>>(new Set());
  /** How columns become features, where it is not by their type. */
  columns = $state.raw<Readonly<Record<string, ColumnSettings>>>({});
  interactions = $state.raw<readonly Interaction[]>([]);
  targetTransform = $state<TargetTransform>();
  weightColumn = $state<string>();
  classWeighting = $state<ClassWeighting>('alike');
  /** Classes beside the most frequent ones. */
  moreClasses = $state.raw<readonly string[]>([]);
  /** By class, as they are typed. */
  classWeights = $state.raw<Readonly<Record<string, string>>>({});
  /** Columns by whose groups fairness is judged. */
  sensitive = $state.raw<readonly string[]>([]);
  /** The class that is good to get. */
  favourable = $state<string>();
  /** Columns that seem to give the target away and are learnt from all the same. */
  allowedLeaks = $state.raw<ReadonlySet<string>>(new Set());
  refusal = $state.raw<ErrorReport>();
  /** By learner and parameter. */
  /** What the form was about when something was last said in it. */
  #subject: { reference?: string; target?: string } = {};
  #wrong = $state.raw<Record<string, Record<string, WrongText>>>({});

  /** Another dataset: what was said of the columns of the one before does not hold. */
  chooseData(reference: string): void {
    this.data = reference;
    this.target = undefined;
    this.#forgetData();
  }

  #forgetData(): void {
    this.left = new Set();
    this.allowed = new Set();
    this.columns = {};
    this.interactions = [];
    this.#forgetTarget();
    this.splitKind = undefined;
    this.splitBy = undefined;
    this.splitValues = [];
    this.splitOther = undefined;
    this.window = allRows;
    this.weightColumn = undefined;
    this.sensitive = [];
    this.refusal = undefined;
  }

  chooseTarget(name: string): void {
    this.target = name;
    this.#takeTarget(name);
  }

  /** The address asks for other data, or another target, than what was chosen here. */
  followAddress(): void {
    this.data = undefined;
    this.target = undefined;
  }

  /** Says what the form is about; what was said of another dataset or target is forgotten. */
  about(reference: string | undefined, target: string | undefined): void {
    const before = this.#subject;
    this.#subject = { reference, target };
    if (before.reference !== undefined && before.reference !== reference) this.#forgetData();
    else if (before.target !== undefined && target !== undefined && before.target !== target) this.#takeTarget(target);
  }

  #takeTarget(name: string): void {
    this.interactions = this.interactions.filter((pair) => !pair.includes(name));
    this.sensitive = this.sensitive.filter((column) => column !== name);
    this.#forgetTarget();
    this.refusal = undefined;
  }

  #forgetTarget(): void {
    this.metric = undefined;
    this.targetTransform = undefined;
    this.moreClasses = [];
    this.classWeighting = 'alike';
    this.classWeights = {};
    this.favourable = undefined;
    this.allowedLeaks = new Set();
    this.search.forgetParameters();
  }

  setWindow(change: Partial<WindowWish>): void {
    this.window = { ...this.window, ...change };
    this.refusal = undefined;
  }

  judgeBy(column: string, wanted: boolean): void {
    this.sensitive = [...this.sensitive.filter((one) => one !== column), ...(wanted ? [column] : [])];
    this.refusal = undefined;
  }

  /** Offers a rare class beside the most frequent ones. */
  listClass(label: string): void {
    this.moreClasses = [...new Set([...this.moreClasses, label])];
  }

  weighClasses(weighting: ClassWeighting): void {
    this.classWeighting = weighting;
    this.refusal = undefined;
  }

  weighClass(label: string, text: string): void {
    this.classWeights = { ...this.classWeights, [label]: text };
    this.refusal = undefined;
  }

  wantLearner(name: string, wanted: boolean): void {
    this.unwanted = withMember(this.unwanted, name, !wanted);
  }

  learnFrom(column: string, wanted: boolean): void {
    this.left = withMember(this.left, column, !wanted);
  }

  allow(column: string, wanted: boolean): void {
    this.allowed = withMember(this.allowed, column, wanted);
  }

  /** Changes how a column becomes features; undefined takes a setting back. */
  setColumn(column: string, change: Partial<ColumnSettings>): void {
    const { [column]: own = {}, ...others } = this.columns;
    const kept = Object.entries({ ...own, ...change }).filter(([, value]) => value !== undefined);
    this.columns = kept.length === 0 ? others : { ...others, [column]: Object.fromEntries(kept) as ColumnSettings };
    this.refusal = undefined;
  }

  combine(pair: Interaction): void {
    this.interactions = [...this.interactions, pair];
    this.refusal = undefined;
  }

  separate(pair: Interaction): void {
    this.interactions = this.interactions.filter((one) => one !== pair);
    this.refusal = undefined;
  }

  /** What is learnt from, and how, as proposed again. */
  resetColumns(): void {
    this.left = new Set();
    this.allowed = new Set();
    this.columns = {};
    this.interactions = [];
    this.refusal = undefined;
  }

  /** The user's word on columns that seem to give the target away. */
  decideLeaks(keep: readonly string[], leaveOut: readonly string[]): void {
    this.allowedLeaks = new Set([...this.allowedLeaks, ...keep]);
    this.left = new Set([...this.left, ...leaveOut]);
    this.refusal = undefined;
  }

  /** Gives a parameter a value; undefined for its default. @param wrong what was typed where it cannot be taken. */
  setParameter(learner: string, name: string, value: ParameterValue | undefined, wrong?: WrongText): void {
    this.parameters = withEntry(this.parameters, learner, name, value);
    this.#wrong = withEntry(this.#wrong, learner, name, wrong);
    this.refusal = undefined;
  }

  /** What was typed for a parameter and cannot be taken. */
  wrongText(learner: string, name: string): string | undefined {
    return this.#wrong[learner]?.[name]?.text;
  }

  /** The first parameter of a wanted learner that cannot be taken, in words. */
  get wrongParameter(): string | undefined {
    const learner = Object.keys(this.#wrong).find((one) => !this.unwanted.has(one));
    const [name, wrong] = Object.entries(this.#wrong[learner ?? ''] ?? {})[0] ?? [];
    return name && `${learner}, ${parameterTitle(name)}: ${wrong?.problem}`;
  }

  /** Searches a parameter, or fixes it; a value that it had is forgotten where it is searched. */
  setSearch(learner: string, name: string, search: ParameterSearch): void {
    this.search.setParameter(learner, name, search);
    if (search.mode !== 'fixed') this.setParameter(learner, name, undefined);
    this.refusal = undefined;
  }

  /** The search, the learners and their parameters as proposed again. */
  resetSearch(): void {
    this.search.reset();
    this.unwanted = new Set();
    this.parameters = {};
    this.#wrong = {};
    this.refusal = undefined;
  }

  /** `2 changed, 1 wrong`; empty where all are defaults. */
  changedParameters(learner: string): string {
    const changed = Object.keys(this.parameters[learner] ?? {}).length;
    const wrong = Object.keys(this.#wrong[learner] ?? {}).length;
    return [...(changed > 0 ? [`${changed} changed`] : []), ...(wrong > 0 ? [`${wrong} wrong`] : [])].join(', ');
  }

  parameterError(learner: string, name: string): string | undefined {
    return this.#wrong[learner]?.[name]?.problem ?? parameterFaults(this.refusal, learner)[name];
  }

  /** What the engine said of the range of a parameter. */
  rangeError(learner: string, name: string): string | undefined {
    const { code, details, message } = this.refusal ?? {};
    const isMeant = code === 'train.invalid_space' && details?.learner === learner && details.parameter === name;
    return isMeant ? message : undefined;
  }

  /** Something typed cannot be taken. */
  get isFaulty(): boolean {
    return this.wrongParameter !== undefined || this.#isFieldFaulty;
  }

  get #isFieldFaulty(): boolean {
    const weights = this.classWeighting === 'own' ? Object.values(this.classWeights) : [];
    const isWeightFaulty = weights.some((text) => readWeight(text).problem !== undefined);
    return isWeightFaulty || Object.keys(windowFaults(this.window)).length > 0;
  }

  /** What the engine said of a field. */
  errorAt(field: FormField): string | undefined {
    return this.refusal && fieldOf(this.refusal) === field ? this.refusal.message : undefined;
  }

  /** Something is wrong with what stands under "More". */
  get isFaultyUnderMore(): boolean {
    const isParameter = this.effort !== 'own' && this.wrongParameter !== undefined;
    return isParameter || this.#isFieldFaulty || (this.refusal !== undefined && isUnderMore(fieldOf(this.refusal)));
  }

  /** The engine's word that belongs to no field. */
  get otherRefusal(): ErrorReport | undefined {
    return this.refusal && fieldOf(this.refusal) === undefined ? this.refusal : undefined;
  }
}

function withEntry<Value>(
  all: Readonly<Record<string, Record<string, Value>>>,
  learner: string,
  name: string,
  value: Value | undefined,
): Record<string, Record<string, Value>> {
  const { [learner]: { [name]: _, ...rest } = {}, ...others } = all;
  const own = value === undefined ? rest : { ...rest, [name]: value };
  return Object.keys(own).length === 0 ? others : { ...others, [learner]: own };
}

function withMember(set: ReadonlySet<string>, member: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (isIn) next.add(member);
  else next.delete(member);
  return next;
}
