/** How long a training may take: a search within a time, or the chosen learners once each. */
export const efforts = ['1 min', '5 min', '1 h', 'once'] as const;
export type Effort = (typeof efforts)[number];

const seconds: Record<Effort, number | undefined> = { '1 min': 60, '5 min': 300, '1 h': 3600, once: undefined };

export const effortOptions: { value: Effort; label: string }[] = [
  { value: '1 min', label: '1 min' },
  { value: '5 min', label: '5 min' },
  { value: '1 h', label: '1 h' },
  { value: 'once', label: 'Once' },
];

/** The budget of a search; undefined where each learner is trained once. */
export function budgetOf(effort: Effort): { seconds: number } | undefined {
  const wanted = seconds[effort];
  return wanted === undefined ? undefined : { seconds: wanted };
}

export function effortHint(effort: Effort, learners: number): string {
  if (effort === 'once') return learners === 1 ? 'one learner, once' : `${learners} learners, each once`;
  return 'searches, then offers the best';
}
