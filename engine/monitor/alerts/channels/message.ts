import { percent } from '../../../base/figures.ts';
import type { Alert } from '../../../contract/monitor-alerts.ts';
import type { ProjectInfo } from '../../../contract/project.ts';

/** What is told, as webhooks and commands get it. */
export interface Message {
  event: 'alert.raised' | 'alert.resolved' | 'alert.test';
  /** The same where it is told again after a failure. */
  id: string;
  /** ISO 8601. */
  at: string;
  project: Pick<ProjectInfo, 'id' | 'name'>;
  alert: Alert;
}

/** One line: `[bad] shop: R² fell to 0.38, below 0.7`. Names of columns are other people's text. */
export function subjectOf({ event, alert }: Message): string {
  const state = event === 'alert.raised' ? alert.severity : event === 'alert.resolved' ? 'resolved' : 'test';
  return oneLine(`[${state}] ${alert.deployment}: ${alert.title}`).slice(0, 200);
}

/** The alert for people. */
export function textOf({ project, alert }: Message): string {
  const lines = [
    oneLine(alert.title),
    '',
    oneLine(alert.detail),
    `Since ${alert.since}, version ${alert.version} of ${alert.deployment} in the project ${oneLine(project.name)}.`,
    ...(alert.alsoBroken.length > 0 ? [`Broken in the same time: ${alert.alsoBroken.join(', ')}.`] : []),
    ...(alert.contributions.length > 0 ? ['', 'What contributes most:'] : []),
    ...alert.contributions.map(({ name, share, says }) => `- ${oneLine(name)} (${percent(share)}): ${oneLine(says)}`),
    '',
    oneLine(alert.lookAt),
  ];
  return `${lines.join('\n').trim()}\n`;
}

/** Control characters, line breaks among them, become spaces. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
