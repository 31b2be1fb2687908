/** Prometheus text exposition format, version 0.0.4. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

export interface Sample {
  labels?: Record<string, string | number>;
  value: number;
}

/** A metric with its HELP and TYPE lines. */
export function metricText(name: string, type: 'counter' | 'gauge', help: string, samples: Sample[]): string {
  return head(name, type, help) + samples.map(({ labels, value }) => line(name, labels, value)).join('');
}

/** A histogram with fixed bounds, which must ascend. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    this.#sum += value;
    let bin = 0;
    while (bin < this.#bounds.length && value > (this.#bounds[bin] as number)) bin++;
    this.#counts[bin] = (this.#counts[bin] as number) + 1;
  }

  text(name: string, help: string): string {
    let total = 0;
    const buckets = this.#counts.map((count, bin) => {
      total += count;
      return line(`${name}_bucket`, { le: this.#bounds[bin] ?? '+Inf' }, total);
    });
    return (
      head(name, 'histogram', help) +
      buckets.join('') +
      line(`${name}_sum`, {}, this.#sum) +
      line(`${name}_count`, {}, total)
    );
  }
}

function head(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
}

function line(name: string, labels: Record<string, string | number> = {}, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(String(text))}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
