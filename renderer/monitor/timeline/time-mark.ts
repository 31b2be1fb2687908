/** Something that happened once, as the time line shows it. */
export interface TimeMark {
  at: string;
  /** Beside the mark: `v15`. */
  text: string;
  /** On hover. */
  says: string;
}
