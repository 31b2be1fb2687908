import type { Html } from '../../base/html.ts';
import { writeNumber } from '../../base/report-numbers.ts';
import { count, metricName, sentence } from '../../base/words.ts';
import type { ClassCurves, ClassificationReport, ThresholdPoint } from '../../contract/train-classification.ts';
import type { FairnessReport } from '../../contract/train-fairness.ts';
import type { RegressionReport } from '../../contract/train-regression.ts';
import type { Block, ChartBlock, Section, TableBlock } from './card-blocks.ts';
import { type IntervalRow, intervalChart, mostSeries, type Plot, plotChart } from './card-charts.ts';
import type { CardFacts } from './card-facts.ts';

const shownColumns = 15;
const shownSlices = 8;
const mostGroups = 12;
const mostClasses = 12;

/** How good it is: metrics with intervals and pictures. */
export function qualitySection(facts: CardFacts): Section {
  const { evaluation, run, signature } = facts;
  const about = `Judged on ${count(run.rows.holdout, 'row')} that were held out.`;
  return {
    title: 'How good it is',
    blocks: [
      { kind: 'paragraph', text: about },
      metricTable(facts),
      ...(evaluation?.classification ? thresholdBlocks(evaluation.classification, signature.threshold) : []),
      ...(evaluation?.classification ? classificationBlocks(evaluation.classification) : []),
      ...(evaluation?.regression ? regressionBlocks(evaluation.regression, signature.target) : []),
    ],
  };
}

function metricTable({ evaluation, run }: CardFacts): TableBlock {
  const rows = evaluation
    ? evaluation.metrics.map(({ name, value, low, high, baseline, lowerIsBetter }) => [
        sentence(metricName(name)),
        writeNumber(value),
        intervalText(low, high),
        writeNumber(baseline),
        lowerIsBetter ? 'less' : 'more',
      ])
    : Object.entries(run.metrics).map(([name, value]) => [
        sentence(metricName(name)),
        writeNumber(value),
        intervalText(run.intervals[name]?.[0] ?? null, run.intervals[name]?.[1] ?? null),
      ]);
  const columns = [
    { title: 'Metric' },
    { title: 'Value', isNumber: true },
    { title: '95 % interval', isNumber: true },
    ...(evaluation ? [{ title: 'Baseline', isNumber: true }, { title: 'Better is' }] : []),
  ];
  return { kind: 'table', columns, rows };
}

function intervalText(low: number | null, high: number | null): string {
  return low === null || high === null ? '–' : `${writeNumber(low)} to ${writeNumber(high)}`;
}

function thresholdBlocks({ classes, threshold: judged }: ClassificationReport, threshold: number | undefined): Block[] {
  if (judged === null || threshold === undefined) return [];
  const differs = judged.current !== threshold;
  const remark: Block[] = differs
    ? [
        {
          kind: 'paragraph',
          text: `The metrics above that go by labels were judged at the threshold ${writeNumber(judged.current)}; this version has ${writeNumber(threshold)}, at which the held-out rows give what stands below.`,
        },
      ]
    : [];
  const point = pointAt(judged.points, threshold);
  if (!point) return remark;
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = point;
  const positive = classes[1] ?? '';
  return [
    ...remark,
    {
      kind: 'facts',
      items: [
        ['Threshold', `${positive} from a probability of ${writeNumber(threshold)} on`],
        ['Precision', share(truePositives, truePositives + falsePositives, `answers ${positive}`)],
        ['Recall', share(truePositives, truePositives + falseNegatives, `true ${positive}`)],
        ['Specificity', share(trueNegatives, trueNegatives + falsePositives, 'others')],
      ],
    },
  ];
}

/** The rows are divided as by the least threshold listed that is not below. */
function pointAt(points: readonly ThresholdPoint[], threshold: number): ThresholdPoint | undefined {
  return points
    .filter((point) => point.threshold >= threshold)
    .reduce<ThresholdPoint | undefined>(
      (least, point) => (least === undefined || point.threshold < least.threshold ? point : least),
      undefined,
    );
}

function share(part: number, whole: number, of: string): string {
  return whole === 0
    ? `none, for want of ${of}`
    : `${writeNumber(Number((part / whole).toPrecision(3)))} (${writeNumber(part)} of ${writeNumber(whole)} ${of})`;
}

function classificationBlocks({ classes, confusion, curves }: ClassificationReport): Block[] {
  const drawn = curves.filter(({ roc }) => roc.length > 0).slice(0, mostSeries);
  return [
    ...(classes.length <= mostClasses ? [confusionTable(classes, confusion)] : []),
    ...(drawn.length > 0 ? curveCharts(drawn, classes.length > 2) : []),
  ];
}

function confusionTable(classes: readonly string[], confusion: readonly (readonly number[])[]): TableBlock {
  return {
    kind: 'table',
    columns: [{ title: 'True class' }, ...classes.map((name) => ({ title: `answered ${name}`, isNumber: true }))],
    rows: classes.map((name, row) => [name, ...(confusion[row] ?? []).map(writeNumber)]),
  };
}

const shares: Pick<Plot, 'xRange' | 'yRange' | 'isSquare'> = { xRange: [0, 1], yRange: [0, 1], isSquare: true };
const diagonal = {
  name: '',
  drawn: 'reference' as const,
  points: [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ],
};

function curveCharts(curves: readonly ClassCurves[], isMany: boolean): Block[] {
  const of = isMany ? 'one class against the rest' : `class ${curves[0]?.class ?? ''}`;
  const legend = isMany ? curves.map((curve) => curve.class) : undefined;
  const chart = (name: string, title: string, unit: string, plot: Plot): ChartBlock => ({
    kind: 'chart',
    name,
    title,
    unit,
    label: `${title}, ${of}`,
    legend,
    drawing: plotChart(plot, `${title}, ${of}`),
  });
  const [first] = curves as [ClassCurves];
  return [
    chart('roc', 'ROC curve', `${of}; dashed: by chance`, {
      ...shares,
      x: 'false positive rate',
      y: 'true positive rate',
      series: [
        ...curves.map(({ class: name, roc }) => ({
          name,
          drawn: 'line' as const,
          points: roc.map(({ falsePositiveRate, truePositiveRate }) => ({ x: falsePositiveRate, y: truePositiveRate })),
        })),
        ...(curves.length < mostSeries ? [diagonal] : []),
      ],
    }),
    chart('precision-recall', 'Precision and recall', of, {
      ...shares,
      x: 'recall',
      y: 'precision',
      series: curves.map(({ class: name, precisionRecall }) => ({
        name,
        drawn: 'steps' as const,
        points: precisionRecall.map(({ recall, precision }) => ({ x: recall, y: precision })),
      })),
    }),
    chart('calibration', 'Calibration', `${of}; bars: 95 % interval of the share; dashed: as it should be`, {
      ...shares,
      x: 'predicted probability',
      y: 'share that came true',
      intervals: isMany ? [] : first.calibration.bins.map(({ meanPredicted: x, low, high }) => ({ x, low, high })),
      series: [
        ...curves.map(({ class: name, calibration }) => ({
          name,
          drawn: 'line' as const,
          points: calibration.bins.map(({ meanPredicted, shareOfPositives }) => ({
            x: meanPredicted,
            y: shareOfPositives,
          })),
        })),
        ...(curves.length < mostSeries ? [diagonal] : []),
      ],
    }),
  ];
}

function regressionBlocks({ pairs, residuals, intervals }: RegressionReport, target: string): Block[] {
  const blocks: Block[] = [];
  if (intervals)
    blocks.push({
      kind: 'table',
      columns: [
        { title: 'Interval' },
        { title: 'Width', isNumber: true },
        { title: 'Held-out rows inside', isNumber: true },
        { title: '95 % interval', isNumber: true },
      ],
      rows: intervals.levels.map(({ level, halfWidth, coverage }) => [
        `${Math.round(level * 100)} %`,
        `± ${writeNumber(halfWidth)}`,
        coverage.value === null ? '–' : percentage(coverage.value),
        coverage.low === null || coverage.high === null
          ? '–'
          : `${percentage(coverage.low)} to ${percentage(coverage.high)}`,
      ]),
    });
  if (pairs.length > 0) blocks.push(pairChart(pairs, target));
  if (residuals.length > 1) blocks.push(residualChart(residuals, target));
  return blocks;
}

function percentage(value: number): string {
  return `${writeNumber(Number((100 * value).toPrecision(3)))} %`;
}

function pairChart(pairs: RegressionReport['pairs'], target: string): ChartBlock {
  const values = pairs.flatMap(({ actual, predicted }) => [actual, predicted]);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const range: [number, number] = low === high ? [low - 0.5, high + 0.5] : [low, high];
  const label = `Predicted against true ${target}`;
  const plot: Plot = {
    x: `true ${target}`,
    y: `predicted ${target}`,
    isSquare: true,
    xRange: range,
    yRange: range,
    series: [
      { name: '', drawn: 'dots', points: pairs.map(({ actual, predicted }) => ({ x: actual, y: predicted })) },
      { name: '', drawn: 'reference', points: range.map((end) => ({ x: end, y: end })) },
    ],
  };
  return {
    kind: 'chart',
    name: 'predicted-true',
    title: 'Predicted against true',
    unit: `${count(pairs.length, 'held-out row')}; dashed: as it should be`,
    label,
    drawing: plotChart(plot, label),
  };
}

function residualChart(residuals: RegressionReport['residuals'], target: string): ChartBlock {
  const middle = ({ from, to }: RegressionReport['residuals'][number]) => (from + to) / 2;
  const label = `Residuals of ${target} by prediction`;
  const ends: [number, number] = [
    middle(residuals[0] as RegressionReport['residuals'][number]),
    middle(residuals.at(-1) as RegressionReport['residuals'][number]),
  ];
  const plot: Plot = {
    x: `predicted ${target}`,
    y: 'true minus predicted',
    band: residuals.map((bin) => ({ x: middle(bin), low: bin.lower, high: bin.upper })),
    series: [
      { name: '', drawn: 'line', points: residuals.map((bin) => ({ x: middle(bin), y: bin.median })) },
      { name: '', drawn: 'reference', points: ends.map((x) => ({ x, y: 0 })) },
    ],
  };
  return {
    kind: 'chart',
    name: 'residuals',
    title: 'Residuals',
    unit: 'line: median; band: 5 to 95 % of the rows; dashed: no error',
    label,
    drawing: plotChart(plot, label),
  };
}

/** The slices where it errs most. */
export function sliceSection({ evaluation }: CardFacts): Section {
  const title = 'Where it is weakest';
  const report = evaluation?.slices;
  if (!report) return { title, blocks: [] };
  const loss = metricName(report.loss);
  const shown = report.slices.slice(0, shownSlices);
  if (shown.length === 0)
    return {
      title,
      blocks: [
        {
          kind: 'paragraph',
          text:
            report.looked === 0
              ? `There are too few held-out rows to look at slices of at least ${report.minimumRows}.`
              : `None of ${count(report.looked, 'slice')} of at least ${count(report.minimumRows, 'row')} is worse than the rest beyond chance.`,
        },
      ],
    };
  const rows = shown.flatMap(({ says, loss: { value, low, high } }): IntervalRow[] =>
    value === null ? [] : [{ label: says, value, low, high }],
  );
  const overall = report.overall.value;
  const label = `Mean ${loss} of the worst slices`;
  return {
    title,
    blocks: [
      {
        kind: 'table',
        columns: [
          { title: 'Rows with' },
          { title: 'Rows', isNumber: true },
          { title: `Mean ${loss}`, isNumber: true },
          { title: '95 % interval', isNumber: true },
        ],
        rows: [
          ...shown.map((slice) => [
            slice.says,
            writeNumber(slice.rows),
            writeNumber(slice.loss.value),
            intervalText(slice.loss.low, slice.loss.high),
          ]),
          [
            'all rows',
            writeNumber(report.rows),
            writeNumber(overall),
            intervalText(report.overall.low, report.overall.high),
          ],
        ],
      },
      {
        kind: 'chart',
        name: 'slices',
        title: 'Slices with the largest errors',
        unit: `mean ${loss} with its 95 % interval`,
        label,
        drawing: intervalChart(rows, {
          axis: `mean ${loss}`,
          reference: overall === null ? undefined : { value: overall, name: 'all rows' },
          label,
        }),
      },
    ],
  };
}

/** By each sensitive column that it was judged by. */
export function fairnessSection({ evaluation }: CardFacts): Section {
  const reports = evaluation?.fairness ?? [];
  const blocks = reports.flatMap((report, index): Block[] => [
    { kind: 'paragraph', text: report.says },
    groupTable(report),
    ...(Object.keys(report.differences).length > 0 ? [differenceTable(report)] : []),
    ...groupChart(report, index),
  ]);
  const none: Block = {
    kind: 'paragraph',
    text: 'It was not judged by sensitive groups. Whether it treats groups of people alike is not known.',
  };
  return { title: 'Fairness', blocks: blocks.length > 0 ? blocks : [none] };
}

/** Of a group; the others follow from them. */
const shownFigures = ['selection_rate', 'tpr', 'fpr', 'accuracy', 'mean_error', 'mae'];

function groupTable({ by, groups }: FairnessReport): TableBlock {
  const figures = shownFigures.filter((name) => groups.some((group) => group.figures[name] !== undefined));
  return {
    kind: 'table',
    columns: [
      { title: by },
      { title: 'Rows', isNumber: true },
      ...figures.map((name) => ({ title: figureName(name), isNumber: true })),
    ],
    rows: groups.map((group) => [
      group.group,
      writeNumber(group.n),
      ...figures.map((name) => {
        if (group.tooSmall) return 'too few rows';
        const { value, low, high } = group.figures[name] ?? { value: null, low: null, high: null };
        return low === null || high === null
          ? writeNumber(value)
          : `${writeNumber(value)} (${writeNumber(low)} to ${writeNumber(high)})`;
      }),
    ]),
  };
}

function differenceTable({ differences }: FairnessReport): TableBlock {
  return {
    kind: 'table',
    columns: [
      { title: 'Between the groups' },
      { title: 'Value', isNumber: true },
      { title: '95 % interval', isNumber: true },
    ],
    rows: Object.entries(differences).map(([name, { value, low, high }]) => [
      figureName(name),
      writeNumber(value),
      intervalText(low, high),
    ]),
  };
}

function figureName(name: string): string {
  const known: Record<string, string> = { tpr: 'true positive rate', fpr: 'false positive rate', mae: 'MAE' };
  return known[name] ?? name.replaceAll('_', ' ');
}

function groupChart(report: FairnessReport, index: number): ChartBlock[] {
  const figure = report.favourable === null ? 'mean_error' : 'selection_rate';
  const rows = report.groups.flatMap((group): IntervalRow[] => {
    const { value, low, high } = group.figures[figure] ?? { value: null, low: null, high: null };
    return value === null || group.tooSmall ? [] : [{ label: group.group, value, low, high }];
  });
  if (rows.length === 0 || rows.length > mostGroups) return [];
  const title = report.favourable === null ? `Mean error by ${report.by}` : `Selection rate by ${report.by}`;
  const unit =
    report.favourable === null
      ? 'with its 95 % interval'
      : `share of the rows answered ${report.favourable}, with its 95 % interval`;
  const drawing: Html = intervalChart(rows, { axis: figureName(figure), label: title });
  return [{ kind: 'chart', name: `fairness-${index + 1}`, title, unit, label: title, drawing }];
}

/** How much each column matters. */
export function importanceSection({ evaluation }: CardFacts): Section {
  const importance = evaluation?.importance;
  const title = 'What it goes by';
  if (!importance || importance.columns.length === 0) return { title, blocks: [] };
  const shown = importance.columns.slice(0, shownColumns);
  const rest = importance.columns.length - shown.length;
  const metric = metricName(importance.metric);
  const label = 'Importance of columns';
  const rows = shown.map((column): IntervalRow => ({ ...column, label: column.name }));
  return {
    title,
    blocks: [
      {
        kind: 'chart',
        name: 'importance',
        title: label,
        unit: `${metric} lost when the column is shuffled, with its 95 % interval`,
        label,
        drawing: intervalChart(rows, { axis: `${metric} lost`, label }),
      },
      ...(rest > 0
        ? [
            {
              kind: 'paragraph' as const,
              text: `${count(rest, 'further column matters', 'further columns matter')} less.`,
            },
          ]
        : []),
    ],
  };
}
