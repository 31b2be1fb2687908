import type { Static, TSchema } from 'typebox';

/**
 * One call across the border: `POST /api/<area>/<verb>` with its input as JSON body. A call with `job: true` answers at
 * once with `{ job }`; `output` is then what the job's `result` holds when it has succeeded.
 */
export interface Call<
  Input extends TSchema = TSchema,
  Output extends TSchema = TSchema,
  IsJob extends boolean = boolean,
> {
  /** `<area>.<verb>`, the area being a phase, `project` or `jobs`. */
  name: string;
  kind: 'query' | 'command';
  summary: string;
  input: Input;
  output: Output;
  job: IsJob;
}

export function query<Input extends TSchema, Output extends TSchema>(
  name: string,
  summary: string,
  input: Input,
  output: Output,
): Call<Input, Output, false> {
  return { name, kind: 'query', summary, input, output, job: false };
}

export function command<Input extends TSchema, Output extends TSchema>(
  name: string,
  summary: string,
  input: Input,
  output: Output,
): Call<Input, Output, false> {
  return { name, kind: 'command', summary, input, output, job: false };
}

/** A command whose work is long: it answers with the job that does it. */
export function jobCommand<Input extends TSchema, Output extends TSchema>(
  name: string,
  summary: string,
  input: Input,
  output: Output,
): Call<Input, Output, true> {
  return { name, kind: 'command', summary, input, output, job: true };
}

export type InputOf<C extends Call> = Static<C['input']>;
export type OutputOf<C extends Call> = Static<C['output']>;
