/** The text of a template with its `%NAME%`s replaced; names that are not among the values stay. */
export function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/%([A-Z]+)%/g, (whole, name) => values[name] ?? whole);
}

/** Grafana takes at most 40 characters. @param name small letters, digits and `-` */
export function dashboardUid(name: string): string {
  return `galley-${name}`.slice(0, 40);
}
