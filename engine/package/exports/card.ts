import { cardFiles } from '../card/make-card.ts';
import type { Exporter } from './exporter.ts';

/** The model card as a page and as Markdown with its pictures. */
export const exportCard: Exporter = async ({ card }) => cardFiles(card);
