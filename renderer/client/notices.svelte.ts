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
  at: string;
}

const kept = 50;
const shownFor = 5000;

/** What the window has to say: shown for some seconds, and kept under the bell. */
export class NoticeList {
  #all = $state.raw<readonly Notice[]>([]);
  #shown = $state.raw<readonly number[]>([]);
  #unread = $state(0);
  #next = 1;

  get all(): readonly Notice[] {
    return this.#all;
  }

  get shown(): readonly Notice[] {
    return this.#all.filter((notice) => this.#shown.includes(notice.id));
  }

  get unread(): number {
    return this.#unread;
  }

  add(notice: Omit<Notice, 'id' | 'at'>): void {
    const id = this.#next;
    this.#next += 1;
    this.#all = [{ ...notice, id, at: new Date().toISOString() }, ...this.#all].slice(0, kept);
    this.#shown = [...this.#shown.slice(-1), id];
    this.#unread += 1;
    setTimeout(() => this.hide(id), notice.tone === 'bad' || notice.action ? shownFor * 2 : shownFor);
  }

  hide(id: number): void {
    this.#shown = this.#shown.filter((shown) => shown !== id);
  }

  markRead(): void {
    this.#unread = 0;
  }
}
