import type { SearchMethod } from '../../../../engine/contract/train-sweeps.ts';
import type { ParameterSearch } from './parameter-search.ts';
import { type LimitName, limitNames, limitTitles, readLimit } from './search-limits.ts';

const noLimits: Record<LimitName, string> = {
  trials: '',
  minutes: '',
  points: '',
  folds: '',
  repeats: '',
  cores: '',
  memory: '',
};

/** What is chosen of a search of one's own; what is empty or undefined is left to the engine. */
export class OwnSearch {
  method = $state<SearchMethod>('tpe');
  /** Undefined for what the method has by default. */
  halving = $state<boolean>();
  blend = $state(false);
  /** As they are typed. */
  limits = $state<Record<LimitName, string>>({ ...noLimits });
  /** By learner and parameter, where it is not as proposed. */
  parameters = $state.raw<Readonly<Record<string, Readonly<Record<string, ParameterSearch>>>>>({});

  /** Successive halving would compare the points of a grid by less than everything, so it has to be asked for. */
  get halves(): boolean {
    return this.halving ?? this.method !== 'grid';
  }

  get points(): number {
    return readLimit('points', this.limits.points).value ?? 5;
  }

  setParameter(learner: string, name: string, search: ParameterSearch): void {
    this.parameters = { ...this.parameters, [learner]: { ...this.parameters[learner], [name]: search } };
  }

  /** The ranges are of a target's task. */
  forgetParameters(): void {
    this.parameters = {};
  }

  /** Everything as proposed again. */
  reset(): void {
    this.method = 'tpe';
    this.halving = undefined;
    this.blend = false;
    this.limits = { ...noLimits };
    this.parameters = {};
  }

  limitProblem(name: LimitName): string | undefined {
    if (name === 'points' && this.method !== 'grid') return undefined;
    return readLimit(name, this.limits[name]).problem;
  }

  /** The first number that cannot be taken, in words. */
  get wrongLimit(): string | undefined {
    const name = limitNames.find((one) => this.limitProblem(one) !== undefined);
    return name && `${limitTitles[name]}: ${this.limitProblem(name)}`;
  }
}
