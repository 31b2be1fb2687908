/** What the statistics of a page mean, by the words under which they stand there. */
export const explanations: readonly [term: string, meaning: string][] = [
  ['psi', 'Population stability index: the sum over bins of (share now − share then) × ln(share now / share then).'],
  ['ks', 'Kolmogorov-Smirnov: the largest distance between the two cumulated distributions.'],
  ['chisquare', 'Chi-square test of the counts of the levels.'],
  ['z', 'Two-proportion z test of the share of one of two levels.'],
  ['jensenshannon', 'Jensen-Shannon distance: how far both distributions are from their mean.'],
  ['wasserstein', 'Wasserstein distance, in standard deviations of the reference: how far values have to be moved.'],
  ['By sampling', 'What the score would be at most, in 95 of 100 comparisons at these sizes, without any drift.'],
  ['Importance', 'How much worse the model gets without the column; drift of what it ignores is no reason to act.'],
  [
    'Estimated',
    'From the answers alone, before labels come: CBPE of a classification with calibrated probabilities, DLE of a regression. It cannot see that the relation of inputs and target changed.',
  ],
  ['Interval', 'Where the figure would be in 95 of 100 samples of this size.'],
  [
    'Reconstruction error',
    'How far rows are from what the principal components of the reference keep of them: it changes where columns no longer move together.',
  ],
  [
    'Domain classifier',
    'Area under the ROC curve of a classifier that tells rows of the reference from those of this report; 0.5 where it cannot.',
  ],
];
