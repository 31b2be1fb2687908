import type { InputOf, OutputOf } from '../contract/call.ts';
import type { retrainCalls } from '../contract/retrain.ts';
import { type Command, given } from './command.ts';
import { fileText } from './file-text.ts';
import { parametersOf } from './pipeline-parameters.ts';
import { table } from './table.ts';

export const retrainPipelineCommands: Command[] = [
  {
    words: 'retrain check',
    usage: 'FILE.yaml [--set NAME=VALUE]…',
    summary: 'Reads the file of a pipeline: its tasks in order, or every fault with line and column. Nothing runs.',
    example: 'galley retrain check pipelines/price.yaml',
    flags: { set: { type: 'string', multiple: true } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.check',
    input: ([file = ''], flags) => given({ text: fileText(file), file, parameters: parametersOf(flags) }),
    withoutProject: {
      wanted: () => true,
      run: async (input) =>
        (await import('../retrain/index.ts')).outlineOf(input as InputOf<typeof retrainCalls.check>),
    },
    print: ({ name, tasks }: OutputOf<typeof retrainCalls.check>) => [
      `The pipeline ${name} has no faults.`,
      '',
      ...table(
        ['task', 'kind', 'after'],
        tasks.map((task) => [task.name, task.kind, task.needs.join(', ')]),
      ),
    ],
  },
  {
    words: 'retrain schema',
    usage: '',
    summary: 'The JSON Schema of the file of a pipeline, for the completion of editors.',
    example: 'galley retrain schema > pipeline.schema.json',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'retrain.schema',
    input: () => ({}),
    withoutProject: {
      wanted: () => true,
      run: async () => ({ schema: (await import('../retrain/index.ts')).pipelineJsonSchema() }),
    },
    json: ({ schema }: OutputOf<typeof retrainCalls.schema>) => schema,
    print: ({ schema }: OutputOf<typeof retrainCalls.schema>) => [JSON.stringify(schema, null, 2)],
  },
];
