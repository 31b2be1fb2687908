import type { ProjectAction } from '../contract/data-cleaning.ts';

/** What a project does beside its SQL: phases add what they know of, whoever asks for trust reads it. */
export class ProjectActions {
  readonly #sources: (() => readonly ProjectAction[])[] = [];

  /** @param source is asked anew each time */
  add(source: () => readonly ProjectAction[]): void {
    this.#sources.push(source);
  }

  list(): ProjectAction[] {
    return this.#sources.flatMap((source) => source());
  }
}
