import type { OtlpTarget } from './otlp-config.ts';

const repeatMilliseconds = 60_000;

/** Sends to a collector over HTTP. What it does not take is dropped, and told once a minute. */
export class OtlpSender {
  readonly #target: OtlpTarget;
  readonly #warn: (message: string) => void;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(target: OtlpTarget, warn: (message: string) => void) {
    this.#target = target;
    this.#warn = warn;
  }

  async send(message: unknown): Promise<void> {
    const { url, headers, timeoutMilliseconds } = this.#target;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(message),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMilliseconds),
      });
      await response.body?.cancel();
      if (!response.ok) this.#failed(`it answered ${response.status}`);
    } catch (error) {
      this.#failed((error as Error).message);
    }
  }

  #failed(reason: string): void {
    const now = performance.now();
    if (now - this.#warnedAt < repeatMilliseconds) return;
    this.#warnedAt = now;
    const { origin, pathname } = new URL(this.#target.url);
    this.#warn(`The collector at ${origin}${pathname} does not take telemetry: ${reason}.`);
  }
}
