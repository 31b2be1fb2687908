import type { CleaningStep } from '../../../engine/contract/cleaning-steps.ts';
import type { RecipePreview, StepReport } from '../../../engine/contract/data-cleaning.ts';
import { formatCount, formatQuantity } from '../../ui/format.ts';
import { stepForms } from './step-forms.ts';

function names(list: readonly string[] | undefined, all: string): string {
  if (!list || list.length === 0) return all;
  return list.length <= 2 ? list.join(', ') : `${list.slice(0, 2).join(', ')} and ${list.length - 2} more`;
}

/** What a step is about, for the line under its title. */
export function stepSubject(step: CleaningStep): string {
  switch (step.kind) {
    case 'rename':
      return names(
        Object.entries(step.columns).map(([from, to]) => `${from} → ${to}`),
        'nothing yet',
      );
    case 'retype':
      return names(
        Object.entries(step.columns).map(([name, type]) => `${name}: ${type}`),
        'nothing yet',
      );
    case 'filter':
      return (
        step.sql ??
        names(
          step.conditions?.map(({ column, operator, values }) => `${column} ${operator} ${values?.join(', ') ?? ''}`),
          '',
        )
      );
    case 'fill':
      return `${names(step.columns, 'no column yet')}, ${step.with === 'value' ? String(step.value ?? '') : step.with}`;
    case 'drop':
    case 'keep':
    case 'combine':
      return names(step.columns, 'no column yet');
    case 'trim':
      return names(step.columns, 'all texts');
    case 'deduplicate':
      return names(step.columns, 'all columns');
    case 'map':
      return `${step.column}: ${formatQuantity(Object.keys(step.values).length, 'value')}`;
    case 'split':
      return `${step.column} → ${names(step.into, '…')}`;
    case 'derive':
      return `${step.column || '…'} = ${step.sql || '…'}`;
    case 'lag':
      return `${step.into || '…'} = ${step.column}, ${formatQuantity(step.rows, 'row')} before`;
    case 'rolling':
      return `${step.into || '…'} = ${step.measure} of ${step.column}, ${step.span ?? formatQuantity(step.rows ?? 0, 'row')}`;
    case 'join':
      return step.with || 'no dataset yet';
    case 'sample':
      return step.share === undefined ? formatQuantity(step.rows ?? 0, 'row') : `${step.share * 100} % of the rows`;
    case 'sort':
      return names(
        step.by.map(({ column, order }) => `${column}${order === 'descending' ? ' ↓' : ''}`),
        '',
      );
  }
}

export function stepTitle(step: CleaningStep): string {
  return stepForms[step.kind].title;
}

/** Columns that came and went, by their names before and after. */
function columnWords(before: readonly string[], after: readonly string[]): string[] {
  const added = after.filter((name) => !before.includes(name)).length;
  const gone = before.filter((name) => !after.includes(name)).length;
  if (added > 0 && added === gone && before.length === after.length)
    return [`${formatQuantity(added, 'name')} changed`];
  return [
    added > 0 ? `${formatQuantity(added, 'new column')}` : '',
    gone > 0 ? `${formatQuantity(gone, 'column')} fewer` : '',
  ];
}

/** What a step did, in a few words. */
export function reportWords(report: StepReport, schemas: RecipePreview['schemas']): string {
  const namesAt = (place: number) => schemas[place]?.map(({ name }) => name) ?? [];
  const { rowsIn, rowsOut, cells, counts } = report;
  const words = [
    ...columnWords(namesAt(report.step), namesAt(report.step + 1)),
    rowsOut < rowsIn ? `${formatQuantity(rowsIn - rowsOut, 'row')} fewer` : '',
    rowsOut > rowsIn ? `${formatQuantity(rowsOut - rowsIn, 'row')} more` : '',
    cells > 0 ? `${formatQuantity(cells, 'cell')} changed` : '',
    ...counts.filter(({ count }) => count > 0).map(({ what, count }) => `${formatCount(count)} ${what}`),
  ].filter(Boolean);
  return words.join(', ') || 'nothing changed in these rows';
}
