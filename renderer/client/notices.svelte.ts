export type NoticeTone = 'information' | 'good' | 'warning' | 'bad';

export interface Notice {
  id: number;
  tone: NoticeTone;
  title: string;
  detail?: string;
  /** Where the notice leads. */
  address?: string;
  /** What can be done about it at once, such as undoing it. */
  action?: { label: string; run: () => void };
  /** The question that it asks, which may be answered elsewhere. */
  question?: string;
  at: string;
}

const kept = 50;
const shownFor = 5000;

/** What the window has to say: shown for some seconds, and kept under the bell. */
export class NoticeList {
  #all = $state.raw<readonly Notice[]>([]);
  #shown = $state.raw<readonly number[]>([]);
  /** The newest notice that was read. */
  #read = $state(0);
  #next = 1;

  get all(): readonly Notice[] {
    return this.#all;
  }

  get shown(): readonly Notice[] {
    return this.#all.filter((notice) => this.#shown.includes(notice.id));
  }

  get unread(): number {
    return this.#all.filter(({ id }) => id > this.#read).length;
  }

  /** @param quiet only under the bell: the page shows it already */
  add(notice: Omit<Notice, 'id' | 'at'>, quiet = false): void {
    const id = this.#next;
    this.#next += 1;
    this.#all = [{ ...notice, id, at: new Date().toISOString() }, ...this.#all].slice(0, kept);
    if (quiet) return;
    this.#shown = [...this.#shown.slice(-1), id];
    setTimeout(() => this.hide(id), notice.tone === 'bad' || notice.action ? shownFor * 2 : shownFor);
  }

  hide(id: number): void {
    this.#shown = this.#shown.filter((shown) => shown !== id);
  }

  /** Takes away what asks a question that was answered. */
  answered(question: string): void {
    this.#all = this.#all.filter((notice) => notice.question !== question);
  }

  markRead(): void {
    this.#read = this.#next - 1;
  }
}
