import type { CleaningStep, StepKind } from '../../../engine/contract/cleaning-steps.ts';
import type { RecipeDetail } from '../../../engine/contract/data-cleaning.ts';
import { lacking, stepForms } from './step-forms.ts';

/** A step with an identity of its own, so that lists keep their place while it moves. */
export interface EditedStep {
  id: number;
  step: CleaningStep;
}

interface State {
  to: string;
  onNewVersion: 'run' | 'ask';
  steps: readonly EditedStep[];
}

const mostUndone = 200;
/** Edits of one step within this time are one to undo. */
const typingMilliseconds = 800;

/** A recipe while it is edited: every change can be undone. */
export class RecipeEditor {
  readonly name: string;
  readonly from: string;
  #state = $state.raw<State>({ to: '', onNewVersion: 'run', steps: [] });
  #saved = $state('');
  #past = $state.raw<readonly State[]>([]);
  #future = $state.raw<readonly State[]>([]);
  #selected = $state<number | undefined>();
  #nextId = 1;
  #lastEdit = { id: 0, at: 0 };

  constructor(name: string, from: string, to: string, detail?: RecipeDetail) {
    this.name = name;
    this.from = detail?.recipe?.from ?? from;
    this.#state = {
      to: detail?.recipe?.to ?? to,
      onNewVersion: detail?.recipe?.onNewVersion ?? 'run',
      steps: (detail?.recipe?.steps ?? []).map((step) => this.#edited(step as unknown as CleaningStep)),
    };
    if (detail) this.#saved = this.#text;
    this.#selected = this.steps.at(-1)?.id;
  }

  get steps(): readonly EditedStep[] {
    return this.#state.steps;
  }

  get to(): string {
    return this.#state.to;
  }

  get onNewVersion(): 'run' | 'ask' {
    return this.#state.onNewVersion;
  }

  /** Place of the step that is shown, -1 for the source itself. */
  get selected(): number {
    return this.steps.findIndex(({ id }) => id === this.#selected);
  }

  get isDirty(): boolean {
    return this.#text !== this.#saved;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Place of the first step that is on and lacks something; what follows cannot be previewed. */
  get firstLacking(): number {
    return this.steps.findIndex(({ step }) => step.skip !== true && lacking(step).length > 0);
  }

  /** The recipe as calls take it, only its first steps where a number is given. */
  recipe(steps = this.steps.length): NonNullable<RecipeDetail['recipe']> {
    const list = this.steps.slice(0, steps).map(({ step }) => step as unknown as Record<string, unknown>);
    return { format: 1, from: this.from, to: this.to, onNewVersion: this.onNewVersion, steps: list };
  }

  select(place: number): void {
    this.#selected = this.steps[place]?.id;
  }

  setTo(to: string): void {
    this.#change({ ...this.#state, to });
  }

  setOnNewVersion(onNewVersion: 'run' | 'ask'): void {
    this.#change({ ...this.#state, onNewVersion });
  }

  /** Adds a step behind the one that is selected. */
  add(kind: StepKind): void {
    const added = this.#edited(stepForms[kind].fresh());
    const place = this.selected < 0 ? this.steps.length : this.selected + 1;
    this.#change({ ...this.#state, steps: this.steps.toSpliced(place, 0, added) });
    this.#selected = added.id;
  }

  update(place: number, step: CleaningStep): void {
    const id = this.steps[place]?.id ?? 0;
    const now = performance.now();
    const isTyping = this.#lastEdit.id === id && now - this.#lastEdit.at < typingMilliseconds;
    this.#lastEdit = { id, at: now };
    const next = { ...this.#state, steps: this.steps.with(place, { id, step }) };
    if (isTyping) this.#state = next;
    else this.#change(next);
  }

  remove(place: number): void {
    this.#change({ ...this.#state, steps: this.steps.toSpliced(place, 1) });
    if (this.selected < 0) this.select(Math.min(place, this.steps.length - 1));
  }

  duplicate(place: number): void {
    const step = this.steps[place]?.step;
    if (!step) return;
    const copy = this.#edited(structuredClone(step));
    this.#change({ ...this.#state, steps: this.steps.toSpliced(place + 1, 0, copy) });
    this.#selected = copy.id;
  }

  move(from: number, to: number): void {
    const moved = this.steps[from];
    if (!moved || to < 0 || to >= this.steps.length || from === to) return;
    this.#change({ ...this.#state, steps: this.steps.toSpliced(from, 1).toSpliced(to, 0, moved) });
  }

  undo(): void {
    this.#travel(this.#past, (state, past) => {
      this.#future = [...this.#future, state];
      this.#past = past;
    });
  }

  redo(): void {
    this.#travel(this.#future, (state, future) => {
      this.#past = [...this.#past, state];
      this.#future = future;
    });
  }

  markSaved(): void {
    this.#saved = this.#text;
  }

  get #text(): string {
    return JSON.stringify(this.recipe());
  }

  #travel(states: readonly State[], record: (now: State, rest: readonly State[]) => void): void {
    const state = states.at(-1);
    if (!state) return;
    record(this.#state, states.slice(0, -1));
    this.#state = state;
    this.#lastEdit = { id: 0, at: 0 };
    if (this.selected < 0) this.select(this.steps.length - 1);
  }

  #change(next: State): void {
    this.#past = [...this.#past, this.#state].slice(-mostUndone);
    this.#future = [];
    this.#state = next;
  }

  #edited(step: CleaningStep): EditedStep {
    return { id: this.#nextId++, step };
  }
}
