/** The tokens as charts need them, read from the element's computed style: one source for CSS and charts. */
export interface ChartTheme {
  text: string;
  textSecond: string;
  textThird: string;
  card: string;
  line: string;
  lineStrong: string;
  grid: string;
  reference: string;
  accent: string;
  bad: string;
  blue: string;
  orange: string;
  green: string;
  violet: string;
  ochre: string;
  magenta: string;
  font: string;
}

const tokens: Record<keyof ChartTheme, string> = {
  text: '--text',
  textSecond: '--text-second',
  textThird: '--text-third',
  card: '--card',
  line: '--line',
  lineStrong: '--line-strong',
  grid: '--chart-grid',
  reference: '--reference',
  accent: '--accent',
  bad: '--bad',
  blue: '--data-blue',
  orange: '--data-orange',
  green: '--data-green',
  violet: '--data-violet',
  ochre: '--data-ochre',
  magenta: '--data-magenta',
  font: '--font-text',
};

export function readTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  // Single quotes: ECharts writes the font into an attribute of its SVG as it is.
  const valueOfToken = (token: string) => style.getPropertyValue(token).trim().replaceAll('"', "'");
  const entries = Object.entries(tokens).map(([name, token]) => [name, valueOfToken(token)]);
  return Object.fromEntries(entries) as ChartTheme;
}

const learnerTokens: Record<string, keyof ChartTheme> = {
  linear: 'blue',
  forest: 'orange',
  trees: 'ochre',
  network: 'magenta',
};

/** A learner keeps its colour everywhere; the baseline and what is none of the learners is grey. */
export function learnerToken(learner: string): keyof ChartTheme {
  return learnerTokens[learner] ?? 'reference';
}

/** The same as a CSS colour. */
export function learnerColour(learner: string): string {
  return `var(${tokens[learnerToken(learner)]})`;
}
