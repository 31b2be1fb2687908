import type { ColumnProfile } from '../../contract/data.ts';
import type { Finding } from '../../contract/data-findings.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck, parquetTable } from '../../store/duck.ts';
import { columnFindings } from './column-findings.ts';
import { rowFindings } from './row-findings.ts';
import { type ExaminedTable, examinedColumns } from './subject.ts';
import { twinFindings } from './twin-findings.ts';
import { valueFindings } from './value-findings.ts';

export interface ExamineInput {
  paths: string[];
  rows: number;
  profile: ColumnProfile[];
  keyColumns: string[];
  now: number;
}

const steps = 4;

/** Warnings first, then by how many rows are concerned. */
function ranked(findings: readonly Finding[]): Finding[] {
  const weight = (finding: Finding) => (finding.severity === 'warning' ? 1 : 0);
  return [...findings].sort((a, b) => weight(b) - weight(a) || (b.rows ?? 0) - (a.rows ?? 0));
}

/** Looks at a version for what is worth a look. */
export async function runExamineJob(input: ExamineInput, job: JobContext): Promise<Finding[]> {
  const duck = await openDuck({ allowed: input.paths, temporaryFolder: job.stagingFolder, memoryLimit: '600MB' });
  const connection = await duck.connect();
  const names = input.profile.map((_, index) => `c${index}`).join(', ');
  const subject: ExaminedTable = {
    ...input,
    connection,
    table: `${parquetTable(input.paths)} AS rows(${names})`,
    throwIfCanceled: job.throwIfCanceled,
  };
  const done = (step: number) => {
    job.progress({ phase: 'examining', done: step, total: steps });
    job.throwIfCanceled();
  };
  try {
    const columns = examinedColumns(subject).flatMap((column) => columnFindings(column, input.now));
    done(1);
    const rows = await rowFindings(subject);
    done(2);
    const values = await valueFindings(subject);
    done(3);
    return ranked([...rows, ...values, ...(await twinFindings(subject)), ...columns]);
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}
