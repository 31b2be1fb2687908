import { posix } from 'node:path';
import {
  type ChartBlock,
  cardBody,
  cardStyle,
  chartFile,
  chartStyle,
  documentMarkdown,
  documentPage,
} from '../../package/index.ts';
import { type ReportFacts, reportDocument } from './report-document.ts';

export type ReportFormat = 'html' | 'markdown' | 'json';

export interface ReportFile {
  path: string;
  content: string;
}

/**
 * A report as files: one, and for Markdown the pictures beside it, which a comment of CML takes along.
 * @param to path of the report
 */
export function reportFiles(facts: ReportFacts, format: ReportFormat, to: string): ReportFile[] {
  if (format === 'json') return [{ path: to, content: `${JSON.stringify(reportJson(facts), null, 2)}\n` }];
  const document = reportDocument(facts);
  if (format === 'html') {
    const heading = document.title;
    const style = `${cardStyle}${chartStyle}`;
    return [
      {
        path: to,
        content: documentPage({
          kind: 'Report of a pipeline',
          title: heading,
          heading,
          style,
          body: cardBody(document),
        }),
      },
    ];
  }
  const folder = `${posix.basename(to, posix.extname(to))}-pictures`;
  const addressOf = ({ name }: ChartBlock) => `${folder}/${name}.svg`;
  const charts = document.sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'chart'));
  return [
    { path: to, content: documentMarkdown(document, (chart) => `./${encodeURI(addressOf(chart))}`) },
    ...charts.map((chart) => ({
      path: posix.join(posix.dirname(to), addressOf(chart)),
      content: chartFile(chart.drawing),
    })),
  ];
}

function reportJson({ runs, artifacts, ...facts }: ReportFacts) {
  const detailed = artifacts.flatMap((artifact) => (artifact.type === 'run' ? (runs.get(artifact.run) ?? []) : []));
  return {
    format: 1,
    ...facts,
    artifacts,
    runs: detailed.map(({ run, recipe, headline }) => ({ run, recipe, headline })),
  };
}
