/** How long a training may take: a search within a time, the chosen learners once each, or a search of one's own. */
export const efforts = ['1 min', '5 min', '1 h', 'once', 'own'] as const;
export type Effort = (typeof efforts)[number];

const seconds: Record<Effort, number | undefined> = {
  '1 min': 60,
  '5 min': 300,
  '1 h': 3600,
  once: undefined,
  own: undefined,
};

export const effortOptions: { value: Effort; label: string }[] = [
  { value: '1 min', label: '1 min' },
  { value: '5 min', label: '5 min' },
  { value: '1 h', label: '1 h' },
  { value: 'once', label: 'Once' },
  { value: 'own', label: 'Own' },
];

/** The budget of a search within a time. */
export function budgetOf(effort: Effort): { seconds: number } | undefined {
  const wanted = seconds[effort];
  return wanted === undefined ? undefined : { seconds: wanted };
}

export function effortHint(effort: Effort, learners: number): string {
  if (effort === 'once') return learners === 1 ? 'one learner, once' : `${learners} learners, each once`;
  if (effort === 'own') return 'a search of your own';
  return 'searches, then offers the best';
}
