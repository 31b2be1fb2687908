import { type ContainerStep, pipelineFile } from './container-steps.ts';
import { objectName } from './export-source.ts';
import { oneLine, pythonText } from './quoting.ts';

/** What whoever runs a pipeline in Python may say otherwise, and its file. */
export function pythonSettings(pipeline: string): string {
  const name = objectName(pipeline);
  return `# The container of the steps, by its digest.
IMAGE = os.environ.get("GALLEY_IMAGE", ${pythonText(`registry.example.com/${name}:latest`)})
# A claim that every pod can mount, for what one step hands to another, and a Secret with the variables of the remote.
CLAIM = os.environ.get("GALLEY_EXCHANGE_CLAIM", "galley-exchange")
SECRET = os.environ.get("GALLEY_SECRET", ${pythonText(name)})

PIPELINE = ${pythonText(pipelineFile(pipeline))}`;
}

/** The lines of a list of steps. @param more literals by members that one target alone asks for */
export function pythonSteps(
  steps: readonly ContainerStep[],
  more: (step: ContainerStep) => Readonly<Record<string, string>> = () => ({}),
): string {
  return steps.map((step) => `    ${pythonStep(step, more(step))},`).join('\n');
}

function pythonStep(
  { slug, task, needs, always, timeoutSeconds, waitSeconds, waitFactor }: ContainerStep,
  more: Readonly<Record<string, string>>,
): string {
  const members = {
    slug: pythonText(slug),
    name: pythonText(oneLine(task).slice(0, longestName)),
    ...more,
    needs: `[${needs.map(pythonText).join(', ')}]`,
    always: always ? 'True' : 'False',
    timeout: String(timeoutSeconds ?? 'None'),
    retries: String(waitSeconds.length),
    wait: String(waitSeconds[0] ?? 0),
    factor: String(waitFactor),
  };
  return `{${Object.entries(members)
    .map(([name, value]) => `"${name}": ${value}`)
    .join(', ')}}`;
}

/** Airflow keeps names in columns of 2,000 characters, and people read less. */
const longestName = 200;
