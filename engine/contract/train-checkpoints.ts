import Type from 'typebox';
import { command, query } from './call.ts';
import { Job } from './jobs.ts';
import { Time } from './values.ts';

/** By the id of its job. */
export const TrainingReference = Type.Object({ job: Type.String() });

export const checkpointCalls = {
  resumable: query(
    'train.resumable',
    'Trainings that ended before they were done and can be gone on with, the newest checkpoint first.',
    Type.Object({}),
    Type.Object({
      trainings: Type.Array(
        Type.Object({
          job: Job,
          /** When its newest checkpoint was written. */
          savedAt: Time,
        }),
      ),
    }),
  ),
  discard: command(
    'train.discard',
    'Removes the checkpoint of a training that ended before it was done; it cannot be gone on with any more.',
    TrainingReference,
    Type.Object({ freed: Type.Integer() }),
  ),
};
