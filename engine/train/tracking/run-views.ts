import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { RunView, trainTrackingCalls } from '../../contract/train-tracking.ts';
import type { EngineContext } from '../../jobs/context.ts';

type SavedView = OutputOf<typeof trainTrackingCalls.views>['views'][number];

interface ViewRow {
  name: string;
  view: string;
  updated_at: number;
}

/** The rows of `run_views`. */
export class RunViews {
  readonly #context: Pick<EngineContext, 'database' | 'clock'>;

  constructor(context: Pick<EngineContext, 'database' | 'clock'>) {
    this.#context = context;
  }

  list(): SavedView[] {
    return this.#context.database.all<ViewRow>('SELECT * FROM run_views ORDER BY fold(name)').map(toView);
  }

  /** @returns the view with what it replaced */
  save(name: string, view: RunView): SavedView & { replaced: RunView | null } {
    const replaced = this.#find(name)?.view ?? null;
    const now = this.#context.clock.now();
    this.#context.database.run(
      'INSERT OR REPLACE INTO run_views (name, view, updated_at) VALUES (?, ?, ?)',
      name,
      JSON.stringify(view),
      now,
    );
    return { name, view, updatedAt: isoTime(now), replaced };
  }

  /** @throws GalleyError `train.view_not_found` */
  delete(name: string): SavedView {
    const found = this.#find(name);
    if (!found) {
      const names = this.list().map((view) => view.name);
      throw new GalleyError('train.view_not_found', `There is no saved view "${name}". ${suggestName(name, names)}`, {
        details: { name },
      });
    }
    this.#context.database.run('DELETE FROM run_views WHERE name = ?', name);
    return found;
  }

  #find(name: string): SavedView | undefined {
    const row = this.#context.database.get<ViewRow>('SELECT * FROM run_views WHERE name = ?', name);
    return row && toView(row);
  }
}

function toView(row: ViewRow): SavedView {
  return { name: row.name, view: JSON.parse(row.view) as RunView, updatedAt: isoTime(row.updated_at) };
}
