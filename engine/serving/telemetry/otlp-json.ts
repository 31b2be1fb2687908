/** Pieces of OTLP in JSON (OpenTelemetry protocol 1): 64-bit numbers are texts, enumerations numbers. */
export type AttributeValue = string | number | undefined;

export function attributes(values: Record<string, AttributeValue>) {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }],
  );
}

/** UTC epoch milliseconds, which may have a fraction, as nanoseconds. */
export function nanoseconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * 1e6)));
}
