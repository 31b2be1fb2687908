import { percent } from '../../../base/figures.ts';
import type { Alert } from '../../../contract/monitor-alerts.ts';
import type { ProjectInfo } from '../../../contract/project.ts';

interface Envelope {
  /** The same where it is told again after a failure. */
  id: string;
  /** ISO 8601. */
  at: string;
  project: Pick<ProjectInfo, 'id' | 'name'>;
}

export interface AlertMessage extends Envelope {
  event: 'alert.raised' | 'alert.resolved' | 'alert.test';
  alert: Alert;
}

/** What a pipeline was told to say. */
export interface PipelineNote {
  pipeline: string;
  /** Its number. */
  run: number;
  step: string;
  message: string;
}

export interface PipelineMessage extends Envelope {
  event: 'pipeline.message';
  note: PipelineNote;
}

/** What is told, as webhooks and commands get it. */
export type Message = AlertMessage | PipelineMessage;

const longestSubject = 200;

/**
 * One line: `[bad] shop: R² fell to 0.38, below 0.7`, `[pipeline] shop 12: A version waits`. Names of columns are other
 * people's text.
 */
export function subjectOf(message: Message): string {
  return oneLine(subjectLine(message)).slice(0, longestSubject);
}

function subjectLine(message: Message): string {
  if (message.event === 'pipeline.message') {
    const { pipeline, run, message: says } = message.note;
    return `[pipeline] ${pipeline} ${run}: ${says}`;
  }
  const { event, alert } = message;
  const state = event === 'alert.raised' ? alert.severity : event === 'alert.resolved' ? 'resolved' : 'test';
  return `[${state}] ${alert.deployment}: ${alert.title}`;
}

/** The message for people. */
export function textOf(message: Message): string {
  return message.event === 'pipeline.message' ? noteText(message) : alertText(message);
}

function noteText({ project, note }: PipelineMessage): string {
  const says = note.message.split(/\r?\n/).map(oneLine).join('\n');
  return `${says}\n\nSaid by ${note.step} in run ${note.run} of the pipeline ${note.pipeline} in the project ${oneLine(project.name)}.\n`;
}

function alertText({ project, alert }: AlertMessage): string {
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
