import type { StreamStatus } from '../../contract/deploy-streams.ts';
import type { MessageAnswer } from './answer-message.ts';

/** Answers one message of a source. It never rejects. */
export type AnswerMessage = (message: Buffer) => Promise<MessageAnswer>;

/** Something that brings messages and takes their answers, as a broker does. One file for each kind of it. */
export interface MessageSource {
  /** Connects, also again and again, and has each message answered, until it is closed. */
  open(answer: AnswerMessage): Promise<void>;
  readonly state: Pick<StreamStatus, 'connected' | 'lastError'>;
  /** Takes no more messages, sends the answers of those that it took, and ends; what comes meanwhile is for the next one. */
  close(): Promise<void>;
  /** As `close`, and nothing is kept for it any more: the stream was taken away, or is another one now. */
  end(): Promise<void>;
}
