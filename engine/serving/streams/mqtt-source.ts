import type { Duplex } from 'node:stream';
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt';
import { GalleyError } from '../../base/errors.ts';
import type { ServedStream } from '../../contract/deploy-streams.ts';
import type { AnswerMessage, MessageSource } from './message-source.ts';
import { mqttFailure } from './mqtt-failure.ts';
import { topicFits } from './mqtt-topic.ts';

const reconnectMilliseconds = 1000;
const connectMilliseconds = 10_000;
const forgetMilliseconds = 3000;
/** What a broker grants in place of a quality of service where it refuses a subscription. */
const refusedQos = 128;

/**
 * Subscribes to a topic of an MQTT 3.1.1 broker and publishes the answers to another. Messages are taken one by one, so a broker
 * that sends faster is slowed by the connection itself. With `qos` 1 the session stays with the broker, which keeps what comes while
 * the server is away; a message is acknowledged when its answer was handed on, and may come again after a broken connection.
 */
export class MqttSource implements MessageSource {
  readonly #stream: ServedStream;
  readonly #clientId: string;
  #client: MqttClient | null = null;
  #subscribed = false;
  #lastError: string | null = null;
  #closing = false;

  constructor(stream: ServedStream, clientId: string) {
    this.#stream = stream;
    this.#clientId = clientId;
  }

  get state() {
    return { connected: this.#subscribed, lastError: this.#lastError };
  }

  async open(answer: AnswerMessage): Promise<void> {
    const { url, subscribe, qos = 1 } = this.#stream;
    const { connect } = await import('mqtt');
    if (this.#closing) return;
    const client = connect(url, this.#options());
    this.#client = client;
    client.handleMessage = (packet, done) => void this.#take(packet, answer).then(() => done(), done);
    client.on('connect', () => {
      client.subscribe(subscribe, { qos }, (error, [granted] = []) => {
        this.#subscribed = !error && granted?.qos !== refusedQos;
        this.#lastError = this.#subscribed ? null : `The broker lets nobody subscribe to ${subscribe} here.`;
      });
    });
    client.on('close', () => {
      this.#subscribed = false;
    });
    client.on('error', (error) => {
      this.#lastError = mqttFailure(url, firstOf(error));
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#client?.endAsync();
  }

  /** A broker that cannot be reached now keeps the session until it forgets it by itself. */
  async end(): Promise<void> {
    await this.close();
    if (!this.#hasSession) return;
    const { connectAsync } = await import('mqtt');
    const once = { ...this.#options(), clean: true, reconnectPeriod: 0, connectTimeout: forgetMilliseconds };
    const client = await connectAsync(this.#stream.url, once, false);
    await client.endAsync();
  }

  get #hasSession(): boolean {
    return this.#stream.qos !== 0;
  }

  #options(): IClientOptions {
    const { username, password, passwordVariable } = this.#stream;
    return {
      protocolVersion: 4,
      clientId: this.#clientId,
      clean: !this.#hasSession,
      resubscribe: false,
      reconnectPeriod: reconnectMilliseconds,
      reconnectOnConnackError: true,
      connectTimeout: connectMilliseconds,
      username,
      password: password ?? (passwordVariable && process.env[passwordVariable]),
    };
  }

  async #take({ payload }: IPublishPacket, answer: AnswerMessage): Promise<void> {
    const { publish, qos = 1 } = this.#stream;
    const client = this.#client as MqttClient;
    const { text } = await answer(Buffer.from(payload));
    client.publish(publish, text, { qos }, (error) => {
      if (error && !this.#closing) this.#lastError = error.message;
    });
    if (client.connected && client.stream.writableNeedDrain) await drained(client.stream);
  }
}

/** Of a name with several addresses each was tried. */
function firstOf(error: Error): Error {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
}

/** Resolves when more may be written, or the connection is closed. */
function drained(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.once('drain', done).once('close', done);
  });
}

/**
 * @throws GalleyError `serving.stream_loop` where the answers of a stream would be answered in their turn, by it or by another one
 * of the same broker
 */
export function requireNoLoop(streams: readonly Pick<ServedStream, 'name' | 'url' | 'subscribe' | 'publish'>[]): void {
  for (const { name, url, publish } of streams) {
    const asker = streams.find((other) => other.url === url && topicFits(publish, other.subscribe));
    if (!asker) continue;
    throw new GalleyError(
      'serving.stream_loop',
      `The answers of the stream ${name} would be answered in their turn: ${publish} is one of the topics ${asker.subscribe} of ${asker.name}.`,
      { details: { stream: name, publish, subscribe: asker.subscribe } },
    );
  }
}
