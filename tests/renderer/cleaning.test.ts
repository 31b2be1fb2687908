import { describe, expect, test } from 'vitest';
import { type CleaningStep, stepSchemas } from '../../engine/contract/cleaning-steps.ts';
import { RecipeEditor } from '../../renderer/data/cleaning/recipe-editor.svelte.ts';
import { formOf, lacking, stepForms, withMember } from '../../renderer/data/cleaning/step-forms.ts';
import { reportWords, stepSubject } from '../../renderer/data/cleaning/step-words.ts';

function editor(): RecipeEditor {
  return new RecipeEditor('rides', 'rides', 'rides_clean');
}

describe('the editor of a recipe', () => {
  test('adds behind the selected step, moves, duplicates, removes, and takes each back', () => {
    const edited = editor();
    for (const kind of ['trim', 'drop', 'sort'] as const) edited.add(kind);
    const kinds = () => edited.steps.map(({ step }) => step.kind);
    expect(kinds()).toEqual(['trim', 'drop', 'sort']);
    edited.select(0);
    edited.add('fill');
    expect(kinds()).toEqual(['trim', 'fill', 'drop', 'sort']);
    expect(edited.selected).toBe(1);
    edited.move(3, 0);
    edited.duplicate(1);
    edited.remove(0);
    expect(kinds()).toEqual(['trim', 'trim', 'fill', 'drop']);
    for (let times = 0; times < 3; times++) edited.undo();
    expect(kinds()).toEqual(['trim', 'fill', 'drop', 'sort']);
    edited.redo();
    expect(kinds()).toEqual(['sort', 'trim', 'fill', 'drop']);
    edited.move(0, -1);
    edited.move(0, 9);
    expect(kinds()).toEqual(['sort', 'trim', 'fill', 'drop']);
  });

  test('knows what is not saved, and how far it can be previewed', () => {
    const edited = editor();
    edited.add('trim');
    edited.add('fill');
    expect(edited.isDirty).toBe(true);
    expect(edited.firstLacking).toBe(1);
    edited.update(1, { kind: 'fill', columns: ['riders'], with: 'mean' });
    expect(edited.firstLacking).toBe(-1);
    edited.markSaved();
    expect(edited.isDirty).toBe(false);
    edited.setOnNewVersion('ask');
    expect(edited.isDirty).toBe(true);
    edited.undo();
    expect(edited.isDirty).toBe(false);
  });

  test('a skipped step may lack what it wants', () => {
    const edited = editor();
    edited.add('fill');
    edited.update(0, { ...(edited.steps[0]?.step as CleaningStep), skip: true });
    expect(edited.firstLacking).toBe(-1);
  });
});

describe('the forms of the steps', () => {
  test('every member of every kind has a field', () => {
    for (const [kind, schema] of Object.entries(stepSchemas)) {
      const form = stepForms[kind as keyof typeof stepForms];
      const own = Object.keys(schema.properties).filter((name) => !['kind', 'skip', 'note'].includes(name));
      const fields = form.fields.map((field) => field.member);
      // read from the file where given, too rare for a field
      const rare = ['retype.scale', 'map.type', 'rolling.least', 'join.columns'];
      expect(own.filter((name) => !fields.includes(name) && !rare.includes(`${kind}.${name}`))).toEqual([]);
    }
  });

  test('a fresh step says what it lacks', () => {
    expect(lacking(stepForms.fill.fresh())).toEqual(['Columns']);
    expect(lacking(stepForms.derive.fresh())).toEqual(['Column', 'SQL expression']);
    expect(lacking(stepForms.filter.fresh())).toEqual(['Conditions']);
    expect(lacking(stepForms.deduplicate.fresh())).toEqual([]);
  });

  test('one of two members stands for the other', () => {
    const rolling = stepForms.rolling.fresh();
    expect(formOf(rolling)).toBe('span');
    const inRows = withMember(rolling, 'form', 'rows');
    expect(inRows).toMatchObject({ rows: 7 });
    expect(inRows).not.toHaveProperty('span');
    const filled = withMember({ kind: 'fill', columns: ['a'], with: 'previous', by: 't' }, 'with', 'mean');
    expect(filled).toEqual({ kind: 'fill', columns: ['a'], with: 'mean' });
  });

  test('words', () => {
    expect(stepSubject({ kind: 'drop', columns: ['a', 'b', 'c', 'd'] })).toBe('a, b and 2 more');
    const schemas = [
      [{ name: 'a', type: 'int64' as const }],
      [
        { name: 'a', type: 'int64' as const },
        { name: 'b', type: 'text' as const },
      ],
    ];
    const report = {
      step: 0,
      rowsIn: 1200,
      rowsOut: 1190,
      cells: 0,
      counts: [{ what: 'rows without a match', count: 3 }],
    };
    expect(reportWords(report, schemas)).toBe('1 new column, 10 rows fewer, 3 rows without a match');
  });
});
