/** What colour the dot of a state has. */
export type StateTone = 'good' | 'warning' | 'bad' | 'information' | 'idle' | 'empty';
