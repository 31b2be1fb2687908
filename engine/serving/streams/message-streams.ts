import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { reportError } from '../../base/errors.ts';
import type { ServedStream, StreamStatus } from '../../contract/deploy-streams.ts';
import type { ServingHost } from '../protocols/host.ts';
import { answerMessage } from './answer-message.ts';
import type { MessageSource } from './message-source.ts';
import { MqttSource, requireNoLoop } from './mqtt-source.ts';

interface OpenStream {
  stream: ServedStream;
  /** What it was made of. */
  text: string;
  source: MessageSource;
  messages: number;
  refused: number;
  failure: string | null;
}

/** The streams that a server answers, opened and closed as they are wanted. */
export class MessageStreams {
  readonly #host: ServingHost;
  #open: OpenStream[] = [];
  #ending: Promise<unknown> = Promise.resolve();

  constructor(host: ServingHost) {
    this.#host = host;
  }

  /**
   * From now on these streams are answered and no others; one that stays as it is goes on undisturbed.
   * @throws GalleyError `serving.stream_loop`; everything stays as it is then
   */
  set(streams: readonly ServedStream[]): void {
    requireNoLoop(streams);
    const wanted = streams.map((stream) => ({ stream, text: canonicalJson(stream as Json) }));
    const kept = this.#open.filter(({ text }) => wanted.some((other) => other.text === text));
    const added = wanted
      .filter(({ text }) => !kept.some((open) => open.text === text))
      .map(
        ({ stream, text }): OpenStream => ({
          stream,
          text,
          source: this.#sourceOf(stream),
          messages: 0,
          refused: 0,
          failure: null,
        }),
      );
    const ended = this.#open
      .filter((open) => !kept.includes(open))
      .map(({ stream, source }) => (streams.some((next) => takesSame(next, stream)) ? source.close() : source.end()));
    // One that was changed has the name, under which the broker knows it, of the one that it replaces.
    const free = Promise.allSettled([this.#ending, ...ended]);
    this.#ending = free;
    for (const open of added) void free.then(() => this.#start(open));
    this.#open = [...kept, ...added];
  }

  status(): StreamStatus[] {
    return this.#open.map(({ stream, source, messages, refused, failure }) => {
      const { connected, lastError } = source.state;
      return { name: stream.name, kind: stream.kind, connected, messages, refused, lastError: failure ?? lastError };
    });
  }

  /** Takes no more messages, and resolves when the answers of those that were taken are sent. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#ending, ...this.#open.map(({ source }) => source.close())]);
  }

  #sourceOf(stream: ServedStream): MessageSource {
    return new MqttSource(stream, stream.clientId ?? `galley-${this.#host.settings.deployment}-${stream.name}`);
  }

  #start(open: OpenStream): void {
    const answer = async (message: Buffer) => {
      const answered = await this.#host.message(open.stream.name, (receipt) =>
        answerMessage(this.#host, message, receipt),
      );
      open.messages++;
      if (answered.status !== 200) open.refused++;
      return answered;
    };
    open.source.open(answer).catch((error) => {
      open.failure = reportError(error).message;
    });
  }
}

/** Whether a stream goes on with the messages of another one: then what the broker keeps for it stays. */
function takesSame(next: ServedStream, before: ServedStream): boolean {
  const members = ['name', 'url', 'subscribe', 'qos', 'clientId'] as const;
  return members.every((member) => next[member] === before[member]);
}
