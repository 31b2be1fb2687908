/** Keys of an order as the engine takes them: `metrics.rmse DESC`, the most important first. */
export function orderOf(field: string, descending: boolean): string {
  return `${field} ${descending ? 'DESC' : 'ASC'}`;
}

/** Where a field stands in an order, from 0. */
export function sortedBy(
  sort: readonly string[] | undefined,
  field: string,
): { place: number; descending: boolean } | undefined {
  const place = (sort ?? []).findIndex((key) => key.replace(/\s+(asc|desc)$/i, '') === field);
  return place < 0 ? undefined : { place, descending: /\sdesc$/i.test(sort?.[place] ?? '') };
}
